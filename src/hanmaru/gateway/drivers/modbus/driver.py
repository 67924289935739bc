"""The Modbus driver: puts map, bus and cycle together, sets coils and registers."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Final

from hanmaru.floor.command import Command, Outcome, Result
from hanmaru.floor.quality import Quality
from hanmaru.floor.shapes import WrongShape
from hanmaru.floor.tag import Tag
from hanmaru.floor.words import NOTHING, of_error, sentence
from hanmaru.gateway.contract import Health, Node, Sink
from hanmaru.gateway.drivers.modbus.bus import OPENING, Bus, Refused, Silent
from hanmaru.gateway.drivers.modbus.codec import Unfit, cells_for, value_of
from hanmaru.gateway.drivers.modbus.config import Config
from hanmaru.gateway.drivers.modbus.cycle import LOOK_AGAIN, Cycle
from hanmaru.gateway.drivers.modbus.plan import Block, plan
from hanmaru.gateway.drivers.modbus.points import Book, Point, points_of
from hanmaru.gateway.drivers.modbus.readings import Seen, Teller, batch
from hanmaru.gateway.errors import Reconfigure, Retry, system_said

LOOKS: Final = (0.0, 0.02, 0.1, 0.3, 0.6)  # pauses before each look whether the unit has it
ACKNOWLEDGE: Final = 5  # the unit has begun and needs longer
VALUES_UP_TO: Final = 500  # points above which browsing does not read values


class Modbus:
    """Speaks with the units of one bus."""

    protocol: ClassVar[str] = "modbus"
    config: ClassVar[type[Config]] = Config
    deadbands: ClassVar[bool] = True

    def __init__(self, config: Config) -> None:
        self._config = config
        self._bus = Bus(config)
        self._book = Book(config.registers)
        self._cycle: Cycle | None = None
        self._unfit: dict[int, str] = {}

    @property
    def connecting(self) -> float:
        """Answer the most seconds that `connect` takes."""
        return self._config.timeout + 2 * OPENING  # the map of registers is read before

    @property
    def heard(self) -> float:
        """Answer when a request ended last; how silent units are told is the cycle's own affair."""
        return time.monotonic() if self._cycle is None else self._bus.heard

    @property
    def silence(self) -> float:
        """Answer the most seconds that one request takes, and the rest of units and addresses that do not answer."""
        resting = self._cycle is not None and (self._cycle.missing or self._cycle.silent)
        return 2 * self._config.timeout + self._config.pause + OPENING + (LOOK_AGAIN if resting else 0)

    async def connect(self) -> None:
        """Read the map and reach the bus. Raise Retry; Reconfigure for a map that cannot be read."""
        if self._config.map_file:
            self._book = await asyncio.to_thread(self._with_file)
        await self._bus.open()

    def _with_file(self) -> Book:
        try:
            text = Path(self._config.map_file).read_text(encoding="utf-8-sig")
            return Book([*self._config.registers, *points_of(text, self._config.map_file)])
        except (OSError, UnicodeDecodeError) as error:
            remedy = sentence("Save it as UTF-8 where the gateway may read it")
            raise Reconfigure(device=self._config.map_file, why=system_said(error), remedy=remedy) from error
        except WrongShape as error:
            raise Reconfigure(
                device=self._config.map_file, why=of_error(error), remedy=sentence("Mend this line of the map")
            ) from error

    async def browse(self, address: str = "") -> Sequence[Node]:
        """Answer the points of the map, by unit where there are several. Raise Retry."""
        units = sorted({point.unit for point in self._book.points})
        if not address and len(units) > 1:
            return [Node(f"unit {unit}", f"unit {unit}", "folder") for unit in units]
        points = [point for point in self._book.points if address in {"", f"unit {point.unit}"}]
        values = await self._values(points) if len(points) <= VALUES_UP_TO else {}
        return [
            Node(
                point.name or point.literal,
                point.name or point.literal,
                "point",
                type=point.tag_type,
                unit=point.unit_of_measure,
                writable=point.writable,
                description=point.description,
                value=values.get(point, ""),
            )
            for point in points
        ]

    async def _values(self, points: Sequence[Point]) -> dict[Point, str]:
        """Read points once, to be looked at; what cannot be read stays empty."""
        found: dict[Point, str] = {}
        silent: set[int] = set()
        for block in plan(points, self._config.limits):
            if block.unit in silent:
                continue
            try:
                cells = await self._bus.read(block)
            except Silent:
                silent.add(block.unit)
                continue
            except Refused:
                continue
            for point in block.points:
                begin = point.address - block.address
                number, text = value_of(point, cells[begin : begin + point.size])
                found[point] = f"{number:.10g}" if text is None else text
        return found

    async def run(self, tags: Sequence[Tag], sink: Sink) -> None:
        """Read the tags until cancelled or broken. Raise Retry when the line is down or no unit answers."""
        teller = Teller(self._config.refresh)

        def take(seen: list[Seen]) -> None:
            told = teller.worth(seen)
            if told:
                sink.readings(batch(told))

        self._unfit.clear()
        pairs = [(tag, point) for tag in tags if (point := self._point_for(tag, take)) is not None]
        if not pairs:
            self._cycle = None
            await asyncio.Event().wait()  # nothing to read: wait to be cancelled
        self._cycle = Cycle(self._bus, self._config, pairs, take)
        await self._cycle.run()

    def _point_for(self, tag: Tag, take: Callable[[list[Seen]], None]) -> Point | None:
        """Answer the point of a tag; one that is none is told, with the reason."""
        try:
            point = self._book.find(tag.address)
        except WrongShape as error:
            why, quality = str(error), Quality.BAD_NODE_UNKNOWN
        else:
            if (tag.type == "text") == (point.tag_type == "text"):
                return point
            why, quality = f"the register is a {point.tag_type}, the tag a {tag.type}", Quality.BAD_TYPE_MISMATCH
        self._unfit[tag.id] = why
        take([Seen(tag, time.time_ns() // 1000, None, None, quality)])
        return None

    async def write(self, command: Command, tag: Tag | None) -> Outcome:
        """Set a coil or registers and read back; a refusal is an outcome."""
        try:
            return await self._write(command, tag)
        except (Unfit, WrongShape) as error:
            return _outcome(command, "refused", str(error))
        except Refused as refusal:
            return _outcome(command, "refused", str(refusal.fault))
        except Retry as error:
            return _outcome(command, "failed", str(error))
        except Silent:
            return _outcome(command, "unknown", "the unit did not answer: look at the machine")

    async def _write(self, command: Command, tag: Tag | None) -> Outcome:
        if command.program is not None or tag is None:
            return _outcome(command, "refused", "a Modbus unit runs no programs: set a register instead")
        point = self._book.find(tag.address)
        if point.table not in {"coil", "holding"} or (point in self._book.points and not point.writable):
            return _outcome(command, "refused", "the map says that this register is only read")
        block = Block(point.unit, point.table, point.address, point.size, (point,))
        async with self._bus.hold():  # nobody else may set the other bits in between
            before = await self._bus.read_held(block) if point.bit is not None else None
            wanted = cells_for(point, command.number, command.text, before)
            try:
                await self._bus.write_held(point, wanted)
            except Refused as refusal:
                if refusal.code != ACKNOWLEDGE:
                    raise
        return await self._read_back(command, point, block, wanted)

    async def _read_back(self, command: Command, point: Point, block: Block, wanted: Sequence[int]) -> Outcome:
        number: float | None = None
        text: str | None = None
        for pause in LOOKS:
            await asyncio.sleep(pause)
            cells = await self._bus.read(block)
            number, text = value_of(point, cells)
            if [int(cell) for cell in cells] == list(wanted):
                return _outcome(command, "done", read_back=number)
        said = text if number is None else f"{number:.10g}"
        return _outcome(command, "failed", f"the unit took the value, but says {said} when asked", number)

    def health(self) -> Health:
        """Answer how it fares, at once."""
        missing, figures, detail = dict(self._unfit), dict[str, float](self._bus.figures), NOTHING
        if self._cycle is not None:
            for point, fault in self._cycle.missing.items():
                missing |= {tag.id: fault.sentence for tag in self._cycle.tags_of(point)}
            figures |= {"blocks": self._cycle.blocks, "silent_units": len(self._cycle.silent)}
            if self._cycle.silent:
                silent = ", ".join(map(str, self._cycle.silent))
                detail = sentence("no answer from unit %(units)s", units=silent)
        return Health(
            self._bus.connected, detail if self._bus.connected else sentence("not connected"), None, missing, figures
        )

    async def close(self) -> None:
        """Let go of the line."""
        self._bus.close()


def _outcome(command: Command, result: Result, reason: str = "", read_back: float | None = None) -> Outcome:
    return Outcome(command.id, result, datetime.now(UTC), reason[:500], read_back)
