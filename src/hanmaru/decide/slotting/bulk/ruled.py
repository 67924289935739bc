"""The rules of a problem as numbers, and the search under them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.blocks import WIDEST
from hanmaru.decide.slotting.bulk.decode import Rules, State, cool, decode
from hanmaru.decide.slotting.bulk.flows import cost
from hanmaru.decide.slotting.bulk.incumbent import NOTHING, Incumbent
from hanmaru.decide.slotting.bulk.problem import BulkProblem
from hanmaru.decide.slotting.bulk.rooms import strips_of
from hanmaru.decide.slotting.bulk.scaled import Room, Scaled, Whole
from hanmaru.decide.slotting.bulk.timing import heap

HOT = 0.02
COLD = 1e-6
CHUNK_NANOSECONDS = 30_000_000
DEARER = 10


def plain(problem: BulkProblem, whole: Scaled) -> bool:
    """Whether one room is all there is: no rule binds materials to each other or to strips."""
    rules = problem.rules
    return len(whole.rooms) == 1 and not (rules.together or rules.apart or whole.rooms[0].detour)


def allowed(problem: BulkProblem, whole: Scaled) -> Whole:
    """Where an item may lie: (n, rooms), 1 or 0."""
    keys = [strip.key for strip in strips_of(problem)]
    told = {key: {strip} for key, strip in problem.rules.strips.items()}
    for stand in whole.stands:
        told[problem.materials[stand.item].key] = {keys[stand.strip]}
    for group in problem.rules.together:
        told |= dict.fromkeys(group, set().union(*(told.get(key, ()) for key in group)))
    asked = [told.get(problem.materials[item].key, set()) for item in whole.items]
    return np.array([[int(strips <= {keys[room.strip]}) for room in whole.rooms] for strips in asked])


def _groups(problem: BulkProblem, number: dict[str, int]) -> tuple[list[list[int]], list[list[int]]]:
    """The free members of all groups, single materials after them; and those groups that have fixed members."""
    groups: list[list[int]] = []
    beside: list[list[int]] = []
    for together in problem.rules.together:
        members = [number[key] for key in together if key in number]
        if members:
            beside += [[len(groups), *_span(problem, together)]] if len(members) < len(together) else []
            groups.append(members)
    taken = {item for group in groups for item in group}
    return groups + [[item] for item in number.values() if item not in taken], beside


def _span(problem: BulkProblem, together: Sequence[str]) -> list[int]:
    """The places in the problem of the fixed members of a group."""
    return [
        place
        for place, material in enumerate(problem.materials)
        if material.key in set(together) & set(problem.rules.fixed)
    ]


def _table(rows: Sequence[Sequence[int]], width: int) -> Whole:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def rules_of(problem: BulkProblem, whole: Scaled) -> Rules:
    """The rules as numbers."""
    number = {problem.materials[item].key: place for place, item in enumerate(whole.items)}
    groups, beside = _groups(problem, number)
    centre = {problem.materials[stand.item].key: int(stand.centre // whole.unit) for stand in whole.stands}
    apart: list[list[int]] = []
    away: list[list[int]] = []
    for one, other, distance in problem.rules.apart:
        if one in number and other in number:
            apart.append([number[one], number[other], whole.units(distance)])
        elif one in number or other in number:
            free, stands = (one, other) if one in number else (other, one)
            away.append([number[free], centre[stands], whole.units(distance)])
    gap = whole.units(problem.rules.clearance)
    edges = []
    for group, *fixed in beside:
        halves = [(one, whole.units(one.width / 2)) for one in (problem.materials[place] for place in fixed)]
        left = min(centre[material.key] - half for material, half in halves)
        right = max(centre[material.key] + half for material, half in halves)
        edges.append([group, 0, left, right + gap])
    load = whole.trips.sum(axis=1)
    return Rules(
        _table([[room.begin, room.end, room.detour] for room in whole.rooms], 3),
        np.cumsum([0, *(len(group) for group in groups)]).astype(np.int64),
        np.array([item for group in groups for item in group], dtype=np.int64),
        allowed(problem, whole).astype(np.int64),
        load.astype(np.int64),
        _table(apart, 3),
        _table(away, 3),
        _table(edges, 4),
        int(4 * load.sum()) + 1,
    )


@dataclass(slots=True)
class RuledIncumbent(Incumbent):
    """The best plan under rules: `order` counts the items, `begin` and `inside` are their starts and rooms."""

    rules: Rules | None = None
    inside: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def rooms(self) -> Whole:
        """The room in which every item lies."""
        return self.inside

    def take_all(self, begin: Whole, inside: Whole, cost: int) -> None:
        """Keep starts and rooms where they are better."""
        if cost < self.cost:
            self.inside = inside.copy()
            self.take(self.order, begin, cost)

    def alone(self) -> int:
        """What all items cost at least, each alone in the best of the rooms that take it."""
        assert self.rules is not None  # noqa: S101 - for the type checker
        return sum(
            min((self._alone(item, room) for room, may in zip(self.problem.rooms, row, strict=True) if may), default=0)
            for item, row in enumerate(self.rules.allowed & self._fits())
        )

    def _fits(self) -> NDArray[np.bool_]:
        """Which rooms (columns) take which items (rows)."""
        wide = np.array([room.length + room.narrowed for room in self.problem.rooms], dtype=np.int64)
        return self.problem.widths[:, None] <= wide

    def _alone(self, item: int, room: Room) -> int:
        latest = room.end - int(self.problem.widths[item])
        start = max(room.begin - room.narrowed, min(int(self.flow.ideal[item]), latest))
        return int(cost(self.flow, item, start)) + room.detour * int(self.problem.trips[item].sum())

    def cost_of(self, begin: Whole, inside: Whole) -> int:
        """The cost of starts in rooms."""
        whole = self.problem
        ways = np.abs((begin + whole.halves)[:, None] - whole.points)
        detours = np.array([room.detour for room in whole.rooms])[inside]
        return int((whole.trips * ways).sum() + (whole.trips.sum(axis=1) * detours).sum())

    def adjoin(self, begin: Whole) -> bool:
        """Whether the zones of the groups that are too large for a block stand side by side."""
        return self.rules is None or all(
            begin[a] + self.problem.widths[a] == begin[b]
            for group in _members(self.rules)
            if len(group) > WIDEST
            for a, b in pairwise(sorted(group, key=lambda item: int(begin[item])))
        )


def _members(rules: Rules) -> list[list[int]]:
    return [rules.member[a:b].tolist() for a, b in pairwise(rules.group.tolist())]


@dataclass(slots=True)
class RuledSearch:
    """Anneals orders under rules, every one timed exactly."""

    best: RuledIncumbent
    rules: Rules
    seed: int
    state: State = field(init=False)
    _paid: int = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the groups by where each would best lie, dealt to the rooms in turn."""
        flow, whole = self.best.flow, self.best.problem
        n, rooms = len(whole.items), len(whole.rooms)
        groups = _members(self.rules)
        dealt = sorted(range(len(groups)), key=lambda group: int(flow.ideal[groups[group][0]]))
        tokens: list[int] = []
        for room in range(rooms):
            tokens += dealt[room::rooms] + ([len(groups) + room] if room < rooms - 1 else [])
        dice = np.array([self.seed * 2654435761 + 88172645463325252], dtype=np.int64)
        self.state = State(
            np.array(tokens, dtype=np.int64),
            np.zeros(n, dtype=np.int64),
            np.zeros(n, dtype=np.int64),
            np.zeros(n, dtype=np.int64),
            np.zeros(n, dtype=np.int64),
            np.zeros(n, dtype=np.int64),
            heap(flow),
            dice,
        )
        self._paid = int(decode(flow, self.rules, self.state))
        self._offer()

    def _offer(self) -> None:
        """Take the state where it breaks no rule: what is paid for broken ones is more than any plan's saving."""
        begin, inside = self.state.begin, self.state.inside
        if self.best.cost_of(begin, inside) == self._paid:
            self.best.take_all(begin, inside, self._paid)

    def restart(self) -> None:
        """Go on from the best plan, if it was found elsewhere: from the groups as they lie there."""
        if self.best.cost >= self._paid:
            return
        begin, inside = self.best.begin, self.best.inside
        for first, last in pairwise(self.rules.group.tolist()):
            self.rules.member[first:last] = sorted(self.rules.member[first:last].tolist(), key=begin.__getitem__)
        groups = _members(self.rules)
        lie = sorted(range(len(groups)), key=lambda group: int(begin[groups[group][0]]))
        tokens: list[int] = []
        for room in range(len(self.rules.room)):
            tokens += [group for group in lie if inside[groups[group][0]] == room] + [len(groups) + room]
        self.state.token[:] = tokens[:-1]
        self._paid = int(decode(self.best.flow, self.rules, self.state))

    def round(self, moves: int) -> None:
        """Cool down once, over fewer moves than asked for since each is dearer; ends early when time is over."""
        moves = max(1000, moves // DEARER)
        n = len(self.best.problem.items)
        hot = HOT * self._paid + 1
        heat = np.array([hot, COLD ** (1 / moves)])
        chunk = max(10, CHUNK_NANOSECONDS // ((400 + 4 * len(self.rules.apart)) * (n + 1)))
        for done in range(0, moves, chunk):
            if self.best.watch.over:
                break
            count = min(chunk, moves - done)
            self._paid = int(cool(self.best.flow, self.rules, self.state, self._paid, heat, count))
            decode(self.best.flow, self.rules, self.state)
            self._offer()


def ruled(best: Incumbent) -> RuledIncumbent:
    """An incumbent under rules, of the same problem, flows and watch; nothing found yet."""
    order = np.arange(len(best.order), dtype=np.int64)
    return RuledIncumbent(best.problem, best.flow, best.watch, order, np.zeros_like(order), NOTHING)
