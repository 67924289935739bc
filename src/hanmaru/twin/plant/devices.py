"""The devices of the plant and what moves between them and the machines.

Addresses stay the same from one start to the next: ports are remembered in the folder, serial ports are links in it.
"""

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from hanmaru.twin.clock import VirtualClock
from hanmaru.twin.devices.card_reader import CardReader
from hanmaru.twin.devices.grbl.device import GrblDevice
from hanmaru.twin.devices.label_printer import LabelPrinter
from hanmaru.twin.devices.legacy_oven import LegacyOven
from hanmaru.twin.devices.modbus.device import ModbusRtuDevice, ModbusTcpDevice, ModbusUnits
from hanmaru.twin.devices.modbus.registers import Registers
from hanmaru.twin.devices.opcua import Method, OpcUaDevice, Variable
from hanmaru.twin.devices.scale import Scale
from hanmaru.twin.devices.sparkplug.node import Broker, Point, SparkplugNode
from hanmaru.twin.devices.wire import Wire
from hanmaru.twin.physics.mill import Mill
from hanmaru.twin.physics.sensor import Signal
from hanmaru.twin.plant import registers, signals
from hanmaru.twin.plant.goods import RACK
from hanmaru.twin.plant.plant import Plant
from hanmaru.twin.truth import TrueLog, Value

SITE: Final = "seongsu"
NODE: Final = "hall"
OPC: Final = {"number": "Double", "integer": "Int64", "flag": "Boolean", "text": "String"}
WIRED: Final = {"conveyor": "conveyor", "room-hall": "room-hall", "room-warehouse": "room-warehouse"}
FLAP: Final = 5.0  # real seconds between two breaks


@dataclass(frozen=True, slots=True)
class Setup:
    """Where the plant lives: a folder for ports and files, the clock; a true log and an MQTT broker if there are."""

    folder: Path
    clock: VirtualClock
    log: TrueLog | None = None
    broker: Broker | None = None
    seed: int = 1


class Devices:
    """All devices of a plant; `async with` starts them."""

    def __init__(self, plant: Plant, setup: Setup) -> None:
        """Describe them; ports that the folder remembers are asked for again."""
        self.plant, self.setup = plant, setup
        self._stack = AsyncExitStack()
        self._flapping: dict[str, asyncio.Task[None]] = {}
        self._ports: dict[str, int] = {}
        setup.folder.mkdir(parents=True, exist_ok=True)
        self._remembered = setup.folder / "ports.json"
        if self._remembered.exists():
            self._ports = json.loads(self._remembered.read_text("utf-8"))
        common: dict[str, Any] = {"clock": setup.clock, "log": setup.log}
        self.opcua = {
            "anodizing": OpcUaDevice(
                _variables(signals.ANODIZING), name="anodizing", port=self._ports.get("anodizing", 0), **common
            ),
            "mill": OpcUaDevice(
                _variables(signals.MILL), _methods(plant), name="mill", port=self._ports.get("mill", 0), **common
            ),
        }
        press, casting = Registers(registers.PRESS), Registers(registers.CASTING)
        self.modbus: dict[str, ModbusUnits] = {
            "press": ModbusTcpDevice([press], name="press", at=str(self._ports.get("press", "")), **common),
            "casting": ModbusRtuDevice([casting], name="casting", at=str(self.link("casting")), **common),
        }
        self.node = self._sparkplug()
        self.gantry = GrblDevice(
            cells=RACK.cells,
            contents=RACK.contents,
            transfer=RACK.transfer,
            clock=setup.clock,
            link=self.link("gantry"),
            seed=setup.seed,
        )
        self.scale = Scale(link=self.link("scale"), seed=setup.seed, **common)
        self.printer = LabelPrinter(link=self.link("label-printer"))
        self.reader = CardReader(link=self.link("card-reader"), clock=setup.clock)
        self.oven = LegacyOven(setup.folder / "oven", log=setup.log)

    async def __aenter__(self) -> Self:
        enter = self._stack.enter_async_context
        for server in self.opcua.values():
            await enter(server)
        for units in self.modbus.values():
            await enter(units)
        await enter(self.gantry)
        await enter(self.scale)
        await enter(self.printer)
        await enter(self.reader)
        if self.node is not None:
            await enter(self.node)
        self._remembered.write_text(json.dumps({name: wire.port for name, wire in self._wires().items()}), "utf-8")
        self._connect_writes()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for device in list(self._flapping):
            self.flap(device, on=False)
        await self._stack.aclose()

    def link(self, name: str) -> Path:
        """Answer the path of a serial port."""
        folder = self.setup.folder / "ports"
        folder.mkdir(exist_ok=True)
        return folder.resolve() / name

    async def offer(self) -> None:
        """Let every device tell what its sensors say now."""
        for name, device in self.opcua.items():
            await device.offer(self.plant.measure(name))
        for name, units in self.modbus.items():
            unit = units.units[1]
            for signal, value in self.plant.measure(name).items():
                unit.put(signal, value)
        if self.node is not None:
            for name in WIRED:
                await self.node.offer(name, self.plant.measure(name))

    async def tell_time(self) -> None:
        """Let servers that have a clock tell it."""
        for device in self.opcua.values():
            await device.tell_time()

    def addresses(self) -> dict[str, str]:
        """Answer device -> where a driver finds it."""
        found = {name: device.url for name, device in self.opcua.items()}
        press, casting = self.modbus["press"], self.modbus["casting"]
        if isinstance(press, ModbusTcpDevice) and isinstance(casting, ModbusRtuDevice):
            found |= {"press": f"modbus://{press.host}:{press.port}", "casting": f"modbus+serial://{casting.path}"}
        found |= {
            "gantry": self.gantry.path,
            "scale": self.scale.path,
            "label-printer": self.printer.path,
            "card-reader": self.reader.path,
            "oven": str(self.oven.folder.resolve()),
        }
        if self.node is not None:
            found["hall"] = f"mqtt://{self.node.broker.host}:{self.node.broker.port} {SITE}/{NODE}"
        return found

    def hang(self, device: str, *, on: bool) -> None:
        """Let a device fall silent, or wake it."""
        if device in self.modbus:
            self.modbus[device].hung = on
        elif device == "gantry":
            self.gantry.hung = on
        elif on and device in self.opcua:
            self.opcua[device].wire.freeze()
        elif device in self.opcua:
            self.opcua[device].wire.thaw()

    def flap(self, device: str, *, on: bool) -> None:
        """Break a device's connections every few seconds."""
        wire = self._wires().get(device)
        if on and wire is not None and device not in self._flapping:
            self._flapping[device] = asyncio.create_task(_flap(wire))
        elif not on and device in self._flapping:
            self._flapping.pop(device).cancel()

    def skew(self, device: str, ahead: timedelta) -> None:
        """Set a device's clock ahead."""
        if device in self.opcua:
            self.opcua[device].skew = ahead
        elif device in WIRED and self.node is not None:
            self.node.skew = ahead

    def _wires(self) -> dict[str, Wire]:
        wires = {name: device.wire for name, device in self.opcua.items()}
        press = self.modbus["press"]
        return wires | ({"press": press.wire} if isinstance(press, ModbusTcpDevice) else {})

    def _sparkplug(self) -> SparkplugNode | None:
        if self.setup.broker is None:
            return None
        points = {"conveyor": signals.CONVEYOR, "room-hall": signals.ROOM, "room-warehouse": signals.ROOM}
        devices = {
            device: [Point(one.name, one.type, one.unit, one.writable) for one in told]
            for device, told in points.items()
        }
        return SparkplugNode(self.setup.broker, SITE, NODE, devices, clock=self.setup.clock, log=self.setup.log)

    def _connect_writes(self) -> None:
        """What is written to a device reaches its machine."""
        for name, device in self.opcua.items():
            device.written = partial(self._set, name)
        for name, units in self.modbus.items():
            units.units[1].written = partial(self._set, name)
        if self.node is not None:
            self.node.written = self._set

    def _set(self, name: str, signal: str, value: Value) -> None:
        self.plant.set(name, signal, value)


def _variables(told: list[Signal]) -> list[Variable]:
    return [
        Variable(
            one.name, OPC[one.type], one.unit, one.low if one.type == "number" else None, one.high,
            f"{one.korean} / {one.english}", one.writable,
        )
        for one in told
    ]  # fmt: skip


def _methods(plant: Plant) -> list[Method]:
    mill = plant.placed["mill"].machine
    assert isinstance(mill, Mill)  # noqa: S101 - so it was made

    async def start(program: str) -> list[bool]:
        return [mill.start(program)]

    async def stop() -> list[bool]:
        mill.stop()
        return [True]

    async def change_tool(tool: int) -> list[bool]:
        return [mill.change_tool(tool)]

    return [
        Method("program/start", start, ("String",), ("Boolean",)),
        Method("program/stop", stop, (), ("Boolean",)),
        Method("tool/change", change_tool, ("Int64",), ("Boolean",)),
    ]


async def _flap(wire: Wire) -> None:
    while True:
        await asyncio.sleep(FLAP)
        await wire.flap()
