"""The proof under rules: cases, each bounded and searched as without them, divided where its best plan breaks one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.blocks import Blocks, lay_block, table_of
from hanmaru.decide.slotting.bulk.cases import Breach, Case, Hall, breach_of, divide, first_cases, halls_of, loose
from hanmaru.decide.slotting.bulk.decode import Rules
from hanmaru.decide.slotting.bulk.exact import Stage
from hanmaru.decide.slotting.bulk.prove import Proof
from hanmaru.decide.slotting.bulk.relax import forward, trace
from hanmaru.decide.slotting.bulk.ruled import RuledIncumbent
from hanmaru.decide.slotting.bulk.scaled import Whole
from hanmaru.decide.slotting.bulk.timed import ANYWHERE, NOWHERE, SENSIBLE, Places, model_of, places_from
from hanmaru.decide.slotting.bulk.warm import worths
from hanmaru.decide.slotting.bulk.weave import Ground, ground

FEWER = 5
"""Of the rounds of pricing: a part of a case begins with its prices."""


@dataclass(slots=True)
class CaseProof(Proof):
    """Narrows down one case; ends, too, with its cheapest plan where that breaks a rule that was left out."""

    best: RuledIncumbent
    rules: Rules = field(kw_only=True)
    case: Case = field(kw_only=True)
    blocks: Blocks = field(kw_only=True)
    halls: list[Hall] = field(kw_only=True)
    bound: int = 0
    breach: Breach | None = None
    stuck: bool = False
    """Its cheapest plan parts a group that is too large for a block."""

    def _told(self, bound: int) -> bool:
        """Tell a bound of the case; whether it has nothing better."""
        self.bound = max(self.bound, self.grid.outer(bound))
        return self.done

    @property
    def done(self) -> bool:
        """Whether the case has nothing better."""
        return self.bound >= self.best.cost

    def ended(self) -> bool:
        """Whether to go on no more."""
        return self.done or self.breach is not None or self.stuck or self.best.watch.over

    @property
    def prices(self) -> NDArray[np.float64]:
        """Of the items (n), as the problem has costs; those of a block are dealt to its members alike."""
        inner = self.ascent.best_prices / self.grid.scale * self.grid.worth + self.grid.least
        share = inner / np.diff(self.blocks.first)
        prices = np.empty(len(self.blocks.member))
        prices[self.blocks.member] = np.repeat(share, np.diff(self.blocks.first))
        return prices

    def _first_prices(self) -> NDArray[np.float64]:
        prices = worths(self.best) if self.case.prices is None else self.case.prices
        sums = np.add.reduceat(prices[self.blocks.member], self.blocks.first[:-1])
        return np.asarray((sums - self.grid.least) / self.grid.worth * self.grid.scale)

    def _ground(self) -> Ground:
        """Only materials that no rule binds may be swapped."""
        lead, flow = self.blocks.member[self.blocks.first[:-1]], self.best.flow
        alone = np.diff(self.blocks.first) == 1
        bound = {*self.rules.apart[:, :2].ravel().tolist(), *self.rules.away[:, 0].tolist()}
        bound |= {item for group, *_ in self.rules.beside.tolist() for item in _group(self.rules, group)}
        free = alone & ~np.isin(lead, list(bound)) & (len(self.blocks.pillar) == 0)
        rows = {name: getattr(flow, name)[lead] for name in ("width", "half", "slope", "offset", "home", "toll")}
        return ground(self.grid, flow._replace(**rows), free)

    def _offer(self, items: Whole, ends: Whole) -> None:
        """Take a path that uses every block once, unless it breaks a rule."""
        begin, hall = self._laid(items, ends - self.grid.width[items])
        self.breach = breach_of(self.best.problem, self.rules, begin, hall >= 0)
        if self.breach is None:
            self.stuck = not self.best.adjoin(begin)
            if not self.stuck:
                inside = self._rooms(begin, hall)
                self.best.take_all(begin, inside, self.best.cost_of(begin, inside))

    def _laid(self, items: Whole, starts: Whole) -> tuple[Whole, Whole]:
        """Where the members of blocks begin, and in which hall; -1 for those of other blocks."""
        begin = np.full(len(self.blocks.member), -1, dtype=np.int64)
        halls = np.full(len(begin), -1, dtype=np.int64)
        for block, start in zip(items.tolist(), starts.tolist(), strict=True):
            hall, at = int(self.grid.room[start]), int(self.grid.coordinate[start])
            lay_block(self.best.flow, self.blocks, block, hall, at, begin)
            halls[self.blocks.member[self.blocks.first[block] : self.blocks.first[block + 1]]] = hall
        return begin, halls

    def _rooms(self, begin: Whole, halls: Whole) -> Whole:
        """The rooms of items that begin here in these halls."""
        rooms = self.best.problem.rooms
        inside = [
            max(room for room in self.halls[hall].rooms if rooms[room].begin - rooms[room].narrowed <= at)
            for hall, at in zip(halls.tolist(), begin.tolist(), strict=True)
        ]
        return np.array(inside, dtype=np.int64)

    def leaning(self) -> Breach | None:
        """What the path of the best prices breaks, of what it uses once."""
        if forward(self.pairs, self.ascent.best_prices, self._left, self.best.watch) is None:
            return None
        used = self._path[: trace(self.pairs, self._left, self._path)]
        items = self.pairs.item[used].astype(np.int64)
        once = np.bincount(items, minlength=self.ascent.n)[items] == 1
        ends = np.searchsorted(self.pairs.first, used, side="right") - 1
        begin, halls = self._laid(items[once], (ends - self.grid.width[items])[once])
        return breach_of(self.best.problem, self.rules, begin, halls >= 0)


def _group(rules: Rules, group: int) -> list[int]:
    return [int(item) for item in rules.member[rules.group[group] : rules.group[group + 1]]]


@dataclass(slots=True)
class Branching:
    """All cases that are left: those to look at, by their bounds, and those for which a stage had no patience."""

    best: RuledIncumbent
    rules: Rules
    halls: list[Hall]
    at: Places
    left: list[tuple[int, int, Case]] = field(default_factory=list)
    aside: list[tuple[int, int, Case]] = field(default_factory=list)
    number: int = 0

    def work(self, stage: Stage, looks: int) -> None:
        """Look at so many cases, or until all is proven or time is over."""
        self.left += self.aside
        self.aside.clear()
        heapify(self.left)
        while looks > 0 and self.left and not self.best.watch.over:
            self._tell()
            if self.best.optimal:
                return
            looks -= 1
            self._look(heappop(self.left)[2], stage)
        self._tell()

    def _tell(self) -> None:
        """Tell the least bound of all that is left."""
        self.best.prove(min([self.best.cost, *(one[0] for one in self.left[:1]), *(one[0] for one in self.aside)]))

    def keep(self, case: Case, where: list[tuple[int, int, Case]]) -> None:
        """Keep a case for later."""
        self.number += 1
        heappush(where, (case.bound, self.number, case))

    def _look(self, case: Case, stage: Stage) -> None:
        """Bound a case, finish it, or divide it."""
        if case.bound >= self.best.cost:
            return
        blocks = _blocks(self.rules, self.halls, case)
        at = self.at._replace(width=np.add.reduceat(self.at.width[blocks.member], blocks.first[:-1]))
        table = table_of(self.best.flow, blocks, at, self.best.watch)
        if table is not None and (table < 0).all(axis=1).any():
            return  # a block may begin nowhere
        model = None if table is None else model_of(at, table, self._idle(blocks), self.best.watch)
        if model is None:
            self.keep(case, self.aside)
            return
        proof = CaseProof(
            self.best, *model, rules=self.rules, case=case, blocks=blocks, halls=self.halls, bound=case.bound
        )
        breach = self._narrow(proof, stage)
        if proof.done:
            return
        known = replace(case, bound=proof.bound, prices=proof.prices)
        if breach is None or self.best.watch.over:
            self.keep(known, self.aside)
            return
        for part in divide(self.best.problem, self.rules, known, breach):
            self.keep(part, self.left)

    def _narrow(self, proof: CaseProof, stage: Stage) -> Breach | None:
        """Bound a case and, if its best plan breaks nothing, finish it; by what it is divided if it is not done."""
        proof.relax(stage.prices if proof.case.prices is None else stage.prices // FEWER)
        if proof.ended():
            return proof.breach
        breach = proof.leaning()
        if breach is None:
            proof.sublimate(stage.arcs, stage.labels)
            breach = proof.breach if proof.ended() else loose(self.best.problem, self.rules, proof.case)
        return breach

    def _idle(self, blocks: Blocks) -> Whole:
        """Where free space may stand beside blocks: anywhere by one that a rule binds, since it may not be shifted."""
        if self.best.problem.slack == 0 and len(blocks.pillar) == 0:
            return np.full(len(blocks.first) - 1, NOWHERE, dtype=np.int64)
        bound = np.isin(blocks.member, self.rules.apart[:, :2])
        return np.where(np.logical_or.reduceat(bound, blocks.first[:-1]), ANYWHERE, SENSIBLE)


def _blocks(rules: Rules, halls: Sequence[Hall], case: Case) -> Blocks:
    """The blocks of a case as numbers."""
    sizes = [len(block) for block in case.blocks]
    sets = 1 << max(sizes)
    pillars = [(number, *pillar) for number, hall in enumerate(halls) for pillar in hall.pillars]
    return Blocks(
        np.cumsum([0, *sizes]).astype(np.int64),
        np.array([item for block in case.blocks for item in block], dtype=np.int64),
        rules.load,
        np.array([hall.detour for hall in halls], dtype=np.int64),
        case.low,
        case.high,
        rules.away,
        np.array(pillars, dtype=np.int64).reshape(len(pillars), 3),
        *(np.zeros(sets, dtype=np.int64) for _ in range(3)),
    )


def branching(best: RuledIncumbent, rules: Rules) -> Branching | None:
    """All plans, to be divided; None where their numbers are too large."""
    whole = best.problem
    halls = halls_of(whole)
    cases = first_cases(whole, rules, halls)
    anchors = {end for room in whole.rooms for end in (room.begin, room.begin - room.narrowed, room.end)}
    anchors |= set(rules.beside[:, 2:].ravel().tolist())
    if whole.slack > 0:
        anchors |= set(np.subtract.outer(whole.points, whole.halves).ravel().tolist())
        for item, centre, distance in rules.away.tolist():
            anchors |= {centre + way - int(whole.halves[item]) for way in (distance, -distance)}
    between = [(int(whole.halves[one] - whole.halves[other]), least) for one, other, least in rules.apart.tolist()]
    stretches = [(hall.begin, hall.end) for hall in halls]
    at = places_from(
        whole.widths, stretches, anchors, {half + way for half, least in between for way in (least, -least)}
    )
    if at is None or cases is None:
        return None
    found = Branching(best, rules, halls, at)
    for case in cases:
        found.keep(case, found.left)
    return found
