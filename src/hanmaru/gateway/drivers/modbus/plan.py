"""Merges reads into the fewest requests. Pure: points in, blocks out.

A block is one request: a run of addresses of one table of one unit. Two neighbours share a block when at most `gap`
addresses lie between them and the whole is not longer than the device allows.

The sweep from the left is optimal. The leftmost point not yet read has to be read by some block; beginning that block
at the point and letting it reach as far as it may never shuts out a point that another choice could have taken along
(tests hold it against trying everything).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from hanmaru.gateway.drivers.modbus.points import BITS, Point, Table


@dataclass(frozen=True, slots=True)
class Limits:
    """What a device takes in one request; 125 registers and 2000 bits are what the standard allows."""

    registers: int = 125
    bits: int = 2000
    gap: int = 8

    def most(self, table: Table) -> int:
        """Answer how many addresses of a table one request may read."""
        return self.bits if table in BITS else self.registers


@dataclass(frozen=True, slots=True)
class Block:
    """One request to read `count` addresses from `address` on, and the points in them."""

    unit: int
    table: Table
    address: int
    count: int
    points: tuple[Point, ...]

    @property
    def has_gaps(self) -> bool:
        """Say whether it reads addresses that no point needs."""
        return len({place for one in self.points for place in range(one.address, one.address + one.size)}) < self.count


def plan(points: Iterable[Point], limits: Limits) -> list[Block]:
    """Answer the fewest blocks that read all points; a point longer than a request may be has one of its own."""
    blocks = []
    place = attrgetter("unit", "table")
    for (unit, table), group in groupby(sorted(points, key=attrgetter("unit", "table", "address", "size")), key=place):
        run: list[Point] = []
        end = 0
        for point in group:
            reach = max(end, point.address + point.size)
            if run and (point.address > end + limits.gap or reach - run[0].address > limits.most(table)):
                blocks.append(_block(unit, table, run, end))
                run, reach = [], point.address + point.size
            run.append(point)
            end = reach
        blocks.append(_block(unit, table, run, end))
    return blocks


def _block(unit: int, table: Table, run: list[Point], end: int) -> Block:
    return Block(unit, table, run[0].address, end - run[0].address, tuple(run))


def split(block: Block, limits: Limits) -> list[Block]:
    """Answer smaller blocks for one that was refused: without its gaps, else in halves; [] for a single point."""
    if len(block.points) == 1:
        return []
    if block.has_gaps:
        return plan(block.points, Limits(limits.registers, limits.bits, 0))
    half = len(block.points) // 2
    return [one for part in (block.points[:half], block.points[half:]) for one in plan(part, limits)]
