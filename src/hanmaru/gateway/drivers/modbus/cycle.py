"""Reads tags in a cycle, each at its own pace; learns which addresses do not exist and which units are silent."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from hanmaru.floor.quality import Quality
from hanmaru.floor.tag import Tag
from hanmaru.floor.words import sentence
from hanmaru.gateway.drivers.modbus.bus import Bus, Refused, Silent
from hanmaru.gateway.drivers.modbus.codec import value_of
from hanmaru.gateway.drivers.modbus.config import Config
from hanmaru.gateway.drivers.modbus.faults import SILENT, Fault
from hanmaru.gateway.drivers.modbus.plan import Block, plan, split
from hanmaru.gateway.drivers.modbus.points import Point
from hanmaru.gateway.drivers.modbus.readings import Seen
from hanmaru.gateway.errors import Retry

FASTEST: Final = 0.01  # seconds between two looks for tags that ask for every change
LOOK_AGAIN: Final = 60.0  # seconds until an address that the unit did not have is asked for again
REST: Final = (1.0, 60.0)  # seconds for which a silent unit is left alone: at first, and at most


@dataclass(slots=True)
class Pace:
    """What is read together: the points, and the blocks that their reads are merged into."""

    seconds: float
    due: float
    points: set[Point] = field(default_factory=set)
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Rest:
    """A unit that did not answer: until when it is left alone, and for how long the next time."""

    until: float
    seconds: float


class Cycle:
    """Reads until cancelled. `missing` says of points why they cannot be read. Raise Retry when nobody answers."""

    def __init__(
        self, bus: Bus, config: Config, tags: Iterable[tuple[Tag, Point]], take: Callable[[list[Seen]], None]
    ) -> None:
        self._bus, self._config, self._take = bus, config, take
        self._tags: dict[Point, list[Tag]] = {}
        self._paces: dict[float, Pace] = {}
        self._resting: dict[int, Rest] = {}
        self._ask_again: dict[Point, float] = {}
        self.missing: dict[Point, Fault] = {}
        for tag, point in tags:
            self._tags.setdefault(point, []).append(tag)
            seconds = max(tag.sampling, FASTEST)
            self._paces.setdefault(seconds, Pace(seconds, 0.0)).points.add(point)
        for pace in self._paces.values():
            self._merge(pace)

    @property
    def blocks(self) -> int:
        """Answer how many requests one look at everything takes."""
        return sum(len(pace.blocks) for pace in self._paces.values())

    @property
    def silent(self) -> list[int]:
        """Answer the units that do not answer."""
        return sorted(self._resting)

    def tags_of(self, point: Point) -> Sequence[Tag]:
        """Answer the tags that a point is read for."""
        return self._tags.get(point, ())

    def _merge(self, pace: Pace) -> None:
        pace.blocks = plan((point for point in pace.points if point not in self.missing), self._config.limits)

    async def run(self) -> None:
        """Read until cancelled; a round that takes longer than its time begins anew at once."""
        while True:
            pace = min(self._paces.values(), key=lambda one: one.due)
            await asyncio.sleep(max(0.0, pace.due - time.monotonic()))
            begun = time.monotonic()
            self._ask_for_missing(pace, begun)
            for block in list(pace.blocks):
                await self._look(pace, block)
            pace.due = max(pace.due + pace.seconds, begun) if pace.due else begun + pace.seconds

    def _ask_for_missing(self, pace: Pace, now: float) -> None:
        """Put points that were refused long ago back, each as a request of its own until it answers."""
        for point in [one for one, due in self._ask_again.items() if due <= now and one in pace.points]:
            del self._ask_again[point]
            pace.blocks += plan([point], self._config.limits)

    async def _look(self, pace: Pace, block: Block) -> None:
        rest = self._resting.get(block.unit)
        if rest is not None and rest.until > time.monotonic():
            return
        try:
            cells = await self._bus.read(block)
        except Silent:
            self._rest(block.unit, rest)
        except Refused as refusal:
            self._resting.pop(block.unit, None)
            await self._refused(pace, block, refusal.fault)
        else:
            self._resting.pop(block.unit, None)
            self._found(pace, block, cells)

    def _found(self, pace: Pace, block: Block, cells: Sequence[int] | Sequence[bool]) -> None:
        now, seen = time.time_ns() // 1000, []
        for point in block.points:
            begin = point.address - block.address
            number, text = value_of(point, cells[begin : begin + point.size])
            seen += [Seen(tag, now, number, text, Quality.GOOD) for tag in self._of_pace(point, pace)]
        self._take(seen)
        back = [point for point in block.points if point in self.missing]
        if back:
            for point in back:
                del self.missing[point]
            self._merge(pace)

    def _of_pace(self, point: Point, pace: Pace) -> list[Tag]:
        return [tag for tag in self._tags[point] if max(tag.sampling, FASTEST) == pace.seconds]

    async def _refused(self, pace: Pace, block: Block, fault: Fault) -> None:
        """Part a block that was refused until only what the unit does not have is left over."""
        if not fault.about_address:
            self._bad(block.points, fault.quality)
            return
        pace.blocks.remove(block)
        parts = split(block, self._config.limits)
        if parts:
            pace.blocks += parts
            for part in parts:
                await self._look(pace, part)
            return
        (point,) = block.points
        self.missing[point] = fault
        self._ask_again[point] = time.monotonic() + LOOK_AGAIN
        self._bad([point], fault.quality)

    def _rest(self, unit: int, rest: Rest | None) -> None:
        """Leave a unit alone that did not answer, longer each time. Raise Retry when that was the last one."""
        seconds = min(rest.seconds * 2, REST[1]) if rest is not None else REST[0]
        self._resting[unit] = Rest(time.monotonic() + seconds, seconds)
        self._bad([point for point in self._tags if point.unit == unit], SILENT.quality)
        if self._resting.keys() >= {point.unit for point in self._tags}:
            units = ", ".join(map(str, self.silent))
            raise Retry(device=self._config.device, why=sentence("no unit answers (%(units)s)", units=units))

    def _bad(self, points: Iterable[Point], quality: int) -> None:
        now = time.time_ns() // 1000
        self._take([Seen(tag, now, None, None, quality) for point in points for tag in self._tags[point]])
