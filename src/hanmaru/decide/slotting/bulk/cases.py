"""Cases between which a proof under rules decides: in each, what binds materials to each other is closer to being kept.

What a network of paths can tell, it keeps: strips, rooms, clear gaps, groups as blocks. Least distances it leaves out,
so its best plan may break them; then the case is divided, as in spatial branch and bound: either the left one of two
lies left of some coordinate, or both lie right of what follows from there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from math import prod

import numpy as np
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.blocks import WIDEST
from hanmaru.decide.slotting.bulk.decode import Rules
from hanmaru.decide.slotting.bulk.scaled import Scaled, Whole

MOST_WAYS = 4_096
"""Ways to deal the free members of groups to both sides of their fixed ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Blocks of items; an item may begin at low .. high (n, halls) alone.

    `order` tells of every pair to keep apart which is left: 1 the first, -1 the second, 0 not decided. No plan of the
    case costs less than `bound`. `prices` (n) are good ones of a case that it is a part of.
    """

    blocks: tuple[tuple[int, ...], ...]
    low: Whole
    high: Whole
    order: tuple[int, ...]
    bound: int = 0
    prices: NDArray[np.float64] | None = None

    def possible(self) -> bool:
        """Whether every item may begin somewhere."""
        return bool((self.low <= self.high).any(axis=1).all())

    def reach(self, item: int) -> tuple[int, int]:
        """Where an item begins at the earliest and at the latest."""
        halls = self.low[item] <= self.high[item]
        return int(self.low[item][halls].min()), int(self.high[item][halls].max())


@dataclass(frozen=True, slots=True)
class Breach:
    """A pair to keep apart whose zones are too close: its row, and the centres of the two."""

    row: int
    one: int
    other: int


@dataclass(frozen=True, slots=True)
class Hall:
    """Rooms (by number) of one strip, and what pillars part them that are no wider than a clear gap: begin and end.

    Zones keep off pillars and clear of each other across them, and a group may stand on both sides of one.
    """

    begin: int
    end: int
    detour: int
    rooms: tuple[int, ...]
    pillars: tuple[tuple[int, int], ...] = ()


def halls_of(whole: Scaled) -> list[Hall]:
    """All rooms, those parted by no more than a clear gap as one."""
    gap = int(whole.widths[0] - 2 * whole.halves[0])
    halls: list[Hall] = []
    for number, room in enumerate(whole.rooms):
        begin = room.begin - room.narrowed
        before = halls[-1] if halls and whole.rooms[number - 1].strip == room.strip else None
        if before and begin <= before.end:
            pillars = (*before.pillars, (before.end - gap, begin))
            halls[-1] = Hall(before.begin, room.end, room.detour, (*before.rooms, number), pillars)
        else:
            halls.append(Hall(begin, room.end, room.detour, (number,)))
    return halls


def breach_of(whole: Scaled, rules: Rules, begin: Whole, laid: NDArray[np.bool_]) -> Breach | None:
    """The pair of items that are laid (n) which is too close by most; None if none is."""
    centre, worst, found = begin + whole.halves, 0, None
    for row, (one, other, least) in enumerate(rules.apart.tolist()):
        by = least - abs(int(centre[one] - centre[other]))
        if laid[one] and laid[other] and by > worst:
            worst, found = by, Breach(row, int(centre[one]), int(centre[other]))
    return found


def divide(whole: Scaled, rules: Rules, case: Case, breach: Breach) -> list[Case]:
    """Cases that between them have all plans of this one, and none in which zones lie as in the breach."""
    one, other, distance = rules.apart[breach.row].tolist()
    ways = [(one, other, breach.one, breach.other, 1), (other, one, breach.other, breach.one, -1)]
    cases = []
    for left, right, at_left, at_right, sign in ways:
        if case.order[breach.row] in {0, sign}:
            border = (at_right - distance + at_left) // 2
            near, far = _copy(case, breach.row, sign), _copy(case, breach.row, sign)
            np.minimum(near.high[left], border - whole.halves[left], out=near.high[left])
            np.maximum(far.low[left], border + 1 - whole.halves[left], out=far.low[left])
            cases += [one for one in (near, far) if _spread(whole, one, (left, right), distance)]
    return cases


def _copy(case: Case, row: int, sign: int) -> Case:
    order = (*case.order[:row], sign, *case.order[row + 1 :])
    return replace(case, low=case.low.copy(), high=case.high.copy(), order=order)


def _spread(whole: Scaled, case: Case, pair: tuple[int, int], distance: int) -> bool:
    """Tell the one what the other's reach leaves; whether both may still lie somewhere."""
    left, right = pair
    if not case.possible():
        return False
    between = distance + int(whole.halves[left] - whole.halves[right])
    np.maximum(case.low[right], case.reach(left)[0] + between, out=case.low[right])
    if not case.possible():
        return False
    np.minimum(case.high[left], case.reach(right)[1] - between, out=case.high[left])
    return case.possible()


def loose(whole: Scaled, rules: Rules, case: Case) -> Breach | None:
    """The pair that might break its distance most, and where; None where none can."""
    worst, found = 0, None
    for row, (one, other, distance) in enumerate(rules.apart.tolist()):
        ways = [(one, other)] * (case.order[row] >= 0) + [(other, one)] * (case.order[row] <= 0)
        by = []
        for left, right in ways:
            latest, first = case.reach(left)[1] + whole.halves[left], case.reach(right)[0] + whole.halves[right]
            by.append((int(latest + distance - first), (left, int(latest), int(first))))
        if min(by)[0] > worst:
            worst, (left, latest, first) = min(by)
            border = max(latest - worst // 2, first - distance + 1)
            places = (border, border + distance - 1)
            found = Breach(row, *(places if left == one else places[::-1]))
    return found


def first_cases(whole: Scaled, rules: Rules, halls: Sequence[Hall]) -> list[Case] | None:
    """The cases to begin with: one for every way to deal groups to the sides of their fixed members; None: too many.

    Groups of very many members are no blocks: what is proven of their members each alone is true of them too.
    """
    low = np.array([[hall.begin for hall in halls]] * len(whole.items), dtype=np.int64)
    high = np.array([hall.end for hall in halls], dtype=np.int64) - whole.widths[:, None]
    high[rules.allowed[:, [hall.rooms[0] for hall in halls]] == 0] = -1
    groups = [tuple(rules.member[a:b].tolist()) for a, b in pairwise(rules.group.tolist())]
    beside = {int(row[0]): (int(row[2]), int(row[3])) for row in rules.beside}
    if prod(2 ** len(groups[group]) for group in beside) > MOST_WAYS:
        return None
    free = [block for number, group in enumerate(groups) if number not in beside for block in _split(group)]
    plain = Case(tuple(free), low, high, (0,) * len(rules.apart))
    dealt = [[plain]]
    for number, edges in beside.items():
        dealt.append([_beside(whole, plain, groups[number], edges, side) for side in _sides(groups[number])])
    cases = [_joined(parts) for parts in product(*dealt)]
    return [case for case in cases if case.possible()]


def _split(group: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [group] if len(group) <= WIDEST else [(item,) for item in group]


def _sides(group: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """All choices of members that stand left."""
    for chosen in range(1 << len(group)):
        yield tuple(item for number, item in enumerate(group) if chosen >> number & 1)


def _beside(whole: Scaled, plain: Case, group: Sequence[int], edges: tuple[int, int], left: tuple[int, ...]) -> Case:
    """The members `left` end at the first edge, the others begin at the second."""
    right = tuple(item for item in group if item not in left)
    blocks = tuple(side for side in (left, right) if side)
    case = replace(plain, blocks=blocks, low=plain.low.copy(), high=plain.high.copy())
    for side, begin in ((left, edges[0] - int(whole.widths[list(left)].sum())), (right, edges[1])):
        end = begin + int(whole.widths[list(side)].sum())
        for item in side:
            case.low[item] = np.maximum(case.low[item], begin)
            case.high[item] = np.minimum(case.high[item], end - whole.widths[item])
    return case


def _joined(parts: Sequence[Case]) -> Case:
    """The blocks of all parts, and what all of them leave."""
    low = np.max([part.low for part in parts], axis=0)
    high = np.min([part.high for part in parts], axis=0)
    return replace(parts[0], blocks=sum((part.blocks for part in parts), ()), low=low, high=high)
