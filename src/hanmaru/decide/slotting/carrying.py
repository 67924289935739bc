"""In which order things are carried from where they lie to where they are to lie, so that every target is free by then.

Things that wait for each other in a ring are parted by putting one of them aside, once. Where a thing leaves and
another comes, it is the sequencing of moves of warehouse re-slotting; with one thing a cell the fewest moves are one
each, and one more for every ring, and that is what comes out.
"""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from hanmaru.kernel.errors import Refused

Cell = Hashable


class NothingFree(Refused):
    """Things wait for each other in a ring, and there is nowhere to put one of them meanwhile."""

    code = "slotting.nothing_free"
    message = "Things are to change places, and no place is free to put one of them down. Free one"


@dataclass(frozen=True, slots=True)
class Load:
    """Something that lies on the cells `at` and is to lie on the cells `to`; what stays has the same twice."""

    at: frozenset[Cell]
    to: frozenset[Cell]


@dataclass(frozen=True, slots=True)
class Carry:
    """Carry a load, by its index, from cells to cells. `aside`: to make room; it is carried on later.

    `to` of a load that is put aside where no cell is needed (beside the strip) is empty.
    """

    load: int
    at: frozenset[Cell]
    to: frozenset[Cell]
    aside: bool = False


@dataclass(slots=True)
class _House:
    """What lies where while things are carried; a cell may hold several loads."""

    loads: Sequence[Load]
    spare: list[Cell] | None
    at: list[frozenset[Cell]] = field(init=False)
    lying: dict[Cell, set[int]] = field(init=False)
    wanting: dict[Cell, set[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.at = [load.at for load in self.loads]
        self.lying, self.wanting = defaultdict(set), defaultdict(set)
        for number, load in enumerate(self.loads):
            for cell in load.at:
                self.lying[cell].add(number)
            if load.at != load.to:
                for cell in load.to:
                    self.wanting[cell].add(number)

    def blockers(self, number: int) -> set[int]:
        """Loads that lie where this one is to lie, and are to leave from there."""
        to = self.loads[number].to
        return {
            other for cell in to for other in self.lying[cell] if other != number and cell not in self.loads[other].to
        }

    def carry(self, number: int, to: frozenset[Cell]) -> set[int]:
        """Carry a load; the loads that may go now for that."""
        left = self.at[number] - to
        for cell in self.at[number]:
            self.lying[cell].discard(number)
        for cell in to:
            self.lying[cell].add(number)
        self.at[number] = to
        return {other for cell in left for other in self.wanting[cell] if self.at[other] != self.loads[other].to}

    def put_down(self, number: int) -> frozenset[Cell]:
        """Free cells for a load that is put aside: best such as nobody wants. Raise NothingFree."""
        if self.spare is None:
            return frozenset()
        free = [cell for cell in self.spare if not self.lying[cell]]
        free.sort(key=lambda cell: any(self.at[other] != self.loads[other].to for other in self.wanting[cell]))
        need = len(self.at[number])
        if len(free) < need:
            raise NothingFree
        return frozenset(free[:need])


def in_order(loads: Sequence[Load], spare: Iterable[Cell] | None = None) -> list[Carry]:
    """Answer the carries that bring every load to its cells, each onto cells that are free by then.

    `spare` are the cells on which something may be put aside; None: beside all cells, where there is always room. Loads
    that lie on one cell and stay together there do not hinder each other. Raise NothingFree.
    """
    house = _House(loads, None if spare is None else list(spare))
    pending = {number for number, load in enumerate(loads) if load.at != load.to}
    ready = deque(sorted(pending))
    once: set[int] = set()
    carries: list[Carry] = []
    while pending:
        while ready:
            number = ready.popleft()
            if number in pending and not house.blockers(number):
                pending.discard(number)
                carries.append(Carry(number, house.at[number], loads[number].to))
                ready.extend(sorted(house.carry(number, loads[number].to) & pending))
        if pending:
            number = _in_the_way(house, pending, once)
            once.add(number)
            at, aside = house.at[number], house.put_down(number)
            freed = house.carry(number, aside)
            carries.append(Carry(number, at, aside, aside=True))
            ready.extend(sorted(freed & pending))
    return carries


def _in_the_way(house: _House, pending: set[int], once: set[int]) -> int:
    """The load to put aside: of a ring, the one on the fewest cells; never one that was put aside before."""
    first = min(pending)
    seen: dict[int, None] = {}
    while first not in seen:
        seen[first] = None
        others = house.blockers(first) & pending
        if not others:
            break
        first = min(others)
    ring = list(seen)[list(seen).index(first) :] if first in seen else list(seen)
    able = [number for number in ring if number not in once]
    if not able:
        raise NothingFree
    return min(able, key=lambda number: (len(house.at[number]), number))
