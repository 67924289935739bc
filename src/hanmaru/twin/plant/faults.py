"""What can be broken on purpose, by name: in the machines, in their sensors, in their devices and wires."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from hanmaru.kernel.errors import Invalid
from hanmaru.twin.plant.plant import Plant


class NoSuchFault(Invalid):
    """A fault that nobody knows."""

    code = "twin.no_such_fault"
    message = "There is no fault %(name)s. Name one of %(known)s, with =machine/signal after a fault of a sensor"


class Breakable(Protocol):
    """The devices of a plant, as faults need them."""

    def hang(self, device: str, *, on: bool) -> None:
        """Let a device fall silent, or wake it."""

    def flap(self, device: str, *, on: bool) -> None:
        """Break a device's connections again and again."""

    def skew(self, device: str, ahead: timedelta) -> None:
        """Set a device's clock ahead."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it strikes unless told otherwise, and a sentence."""

    name: str
    target: str
    words: str
    switch: Callable[[Plant, Breakable, str, bool], None]


def _machine(fault: str) -> Callable[[Plant, Breakable, str, bool], None]:
    def switch(plant: Plant, _devices: Breakable, target: str, on: bool) -> None:  # noqa: FBT001 - handed on
        plant.placed[target].machine.switch(fault, on=on)

    return switch


def _stuck(plant: Plant, _devices: Breakable, target: str, on: bool) -> None:  # noqa: FBT001 - as all switches
    sensors, signal = plant.sensor(target)
    (sensors.stuck.add if on else sensors.stuck.discard)(signal)


def _drift(plant: Plant, _devices: Breakable, target: str, on: bool) -> None:  # noqa: FBT001 - as all switches
    sensors, signal = plant.sensor(target)
    if on:
        sensors.drifting.setdefault(signal, plant.seconds)
    else:
        sensors.drifting.pop(signal, None)


def _not_a_number(plant: Plant, _devices: Breakable, target: str, on: bool) -> None:  # noqa: FBT001 - as all switches
    sensors, signal = plant.sensor(target)
    (sensors.not_a_number.add if on else sensors.not_a_number.discard)(signal)


def _clock(_plant: Plant, devices: Breakable, target: str, on: bool) -> None:  # noqa: FBT001 - as all switches
    devices.skew(target, timedelta(hours=1 if on else 0))


def _hang(_plant: Plant, devices: Breakable, target: str, on: bool) -> None:  # noqa: FBT001 - as all switches
    devices.hang(target, on=on)


def _flap(_plant: Plant, devices: Breakable, target: str, on: bool) -> None:  # noqa: FBT001 - as all switches
    devices.flap(target, on=on)


FAULTS: Final = {
    fault.name: fault
    for fault in (
        Fault("bearing-wear", "press", "The press's bearing wears 3,000 times as fast", _machine("bearing-wear")),
        Fault("heater-failing", "anodizing", "The sealing bath has 30 % of its heater", _machine("heater-failing")),
        Fault("filter-clogged", "anodizing", "The acid's filter clogs quickly", _machine("filter-clogged")),
        Fault("dosing-failing", "anodizing", "No acid is dosed", _machine("dosing-failing")),
        Fault("furnace-failing", "casting", "The holding furnace has 30 % of its power", _machine("furnace-failing")),
        Fault("riser-leak", "casting", "The riser tube leaks: pressure stays low", _machine("riser-leak")),
        Fault("tool-wear", "mill", "Tools wear 60 times as fast", _machine("tool-wear")),
        Fault("tool-breaks", "mill", "The tool breaks: the mill stands in alarm", _machine("tool-breaks")),
        Fault("belt-slips", "conveyor", "The belt slips under its load", _machine("belt-slips")),
        Fault("jam", "conveyor", "Pieces jam at the exit", _machine("jam")),
        Fault("door-open", "room-hall", "The hall's door stands open", _machine("door-open")),
        Fault("sensor-stuck", "room-hall/temperature", "A sensor repeats its last value", _stuck),
        Fault("sensor-drift", "anodizing/anodize/acid", "A sensor drifts by 2 % of its range an hour", _drift),
        Fault("sensor-nan", "casting/melt/temperature", "A sensor says not-a-number", _not_a_number),
        Fault("clock-off", "mill", "A device's clock is an hour ahead", _clock),
        Fault("device-hung", "casting", "A device takes requests and answers none", _hang),
        Fault("connection-flapping", "press", "A device's connection breaks every few seconds", _flap),
    )
}


def switch(plant: Plant, devices: Breakable, name: str, *, on: bool) -> Fault:
    """Switch `fault` or `fault=target`. Raise NoSuchFault, NoSuchSignal."""
    short, _, target = name.partition("=")
    fault = FAULTS.get(short)
    if fault is None or (target and target.partition("/")[0] not in plant.placed):
        raise NoSuchFault(name=name, known=", ".join(sorted(FAULTS)))
    where = target or fault.target
    if not target or short.startswith("sensor") or short in {"clock-off", "device-hung", "connection-flapping"}:
        fault.switch(plant, devices, where, on)
        return fault
    raise NoSuchFault(name=name, known=", ".join(sorted(FAULTS)))


def known() -> Iterable[tuple[str, str, str]]:
    """Answer (name, target, words) of every fault, for lists."""
    return [(fault.name, fault.target, fault.words) for fault in FAULTS.values()]
