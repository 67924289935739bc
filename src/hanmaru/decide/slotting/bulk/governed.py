"""Solving under rules: rooms, groups and distances; few moves; and what to say where nothing keeps them all."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import inf

import numpy as np

from hanmaru.decide.slotting.bulk.answer import SAME, Asked, answer, plan_of, where
from hanmaru.decide.slotting.bulk.branch import Branching, branching
from hanmaru.decide.slotting.bulk.conflict import Layout, Rule, layout_or_conflict
from hanmaru.decide.slotting.bulk.exact import STAGES, Stage
from hanmaru.decide.slotting.bulk.few import improve_few
from hanmaru.decide.slotting.bulk.flows import flows
from hanmaru.decide.slotting.bulk.incumbent import Incumbent, incumbent
from hanmaru.decide.slotting.bulk.kept import kept
from hanmaru.decide.slotting.bulk.moves import Moves, bounds, displaced, moves_of, search_moves
from hanmaru.decide.slotting.bulk.numbers import exact
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.bulk.ruled import RuledIncumbent, RuledSearch, ruled, rules_of
from hanmaru.decide.slotting.bulk.scaled import Scaled, scaled
from hanmaru.decide.slotting.errors import NoLayout, NoLayoutFound, TooWide
from hanmaru.decide.slotting.watch import Watch

LOOKS = (30, 300, 3_000, 1 << 30)
"""Cases of a proof to look at in every stage."""


def solve_ruled(asked: Asked, whole: Scaled) -> BulkPlan:
    """Search and prove under rules. Raises NoLayout and NoLayoutFound."""
    if not whole.rooms or whole.slack < 0:
        return settled(asked, whole)
    best = ruled(incumbent(whole, flows(whole), asked.watch))
    best.rules = rules = rules_of(asked.problem, whole)
    _search_and_prove(asked, best, RuledSearch(best, rules, asked.seed))
    return plan_of(asked, best) if best.found and holds(asked, best) else settled(asked, whole)


def _search_and_prove(asked: Asked, best: RuledIncumbent, search: RuledSearch) -> None:
    """Improve the plan and its bound until it is proven best, or the watch is over; without a limit, all stages."""
    proof: Branching | None = None
    each = max(10, len(best.order))
    for number, (stage, looks) in enumerate(_stages(asked.watch)):
        for _ in range(stage.rounds):
            search.round(stage.moves * each)
        if number == 0:
            if not best.found:
                _begin(asked, best)
            proof = branching(best, search.rules)
            best.prove(min(best.cost, best.alone()))
        if proof:
            proof.work(stage, looks)
        if best.optimal or asked.watch.over:
            return
        search.restart()


def _stages(watch: Watch) -> Iterator[tuple[Stage, int]]:
    """Stages, each with the number of cases to look at; the last is gone on with while there is a limit to end it."""
    yield from zip(STAGES, LOOKS, strict=True)
    while watch.limit < inf:
        yield STAGES[-1], LOOKS[-1]


def _begin(asked: Asked, best: RuledIncumbent) -> None:
    """Begin with the layout that CP-SAT finds. Raises what rules it out."""
    whole = best.problem
    layout = layout_or_conflict(asked.problem, whole, asked.watch)
    if not isinstance(layout, Layout):
        raise no_layout(asked, whole, layout)
    keys = [asked.problem.materials[item].key for item in whole.items]
    begin = np.array([layout.centres[key] for key in keys], dtype=np.int64) - whole.halves
    inside = [
        max(
            number
            for number, room in enumerate(whole.rooms)
            if room.strip == layout.strips[key] and room.begin - room.narrowed <= at
        )
        for key, at in zip(keys, begin.tolist(), strict=True)
    ]
    rooms = np.array(inside, dtype=np.int64)
    best.take_all(begin, rooms, best.cost_of(begin, rooms))


def holds(asked: Asked, best: Incumbent) -> bool:
    """Whether the incumbent keeps all rules: those between fixed materials are not searched."""
    return kept(asked.problem, *where(asked, best))


def settled(asked: Asked, whole: Scaled) -> BulkPlan:
    """The layout that CP-SAT finds where the search found none. Raises what rules it out."""
    layout = layout_or_conflict(asked.problem, whole, asked.watch)
    if isinstance(layout, Layout):
        centres = {key: centre * whole.unit for key, centre in layout.centres.items()}
        return answer(asked, centres, layout.strips, Fraction(0))
    raise no_layout(asked, whole, layout)


def no_layout(asked: Asked, whole: Scaled, rules: list[Rule] | None) -> NoLayout | NoLayoutFound | TooWide:
    """What to say: which rules conflict, or by how much the materials do not fit."""
    if rules is None:
        return NoLayoutFound()
    if rules:
        return NoLayout(conflict="; ".join(f"{rule.kind} {rule.name}" for rule in rules))
    return too_wide(asked, whole)


def too_wide(asked: Asked, whole: Scaled) -> TooWide:
    """By how much the free materials do not fit into the free stretches."""
    needed = sum((exact(asked.problem.materials[item].width) for item in whole.items), Fraction(0))
    free = sum((room.length * whole.unit for room in whole.rooms), Fraction(0))
    return TooWide(needed=float(needed), free=float(free), excess=float(needed - free))


def solve_moved(asked: Asked, most: int) -> BulkPlan:
    """The best found with at most so many materials elsewhere than today. Raises NoLayout and NoLayoutFound."""
    moves, bound = moves_of(asked.problem, asked.watch, asked.seed), 0
    rules, most = asked.problem.rules, most - len(displaced(asked.problem))
    if most >= 0:
        search_moves(moves, most)
        if not (rules.together or rules.apart):
            bound = bounds(moves, most)[most]
    if most < 0 or not kept(asked.problem, _today(asked.problem), {}):  # what must stay, as annealed, breaks a rule
        moves.costs.clear()
    if not moves.costs or bound < (1 - SAME / 2) * moves.costs[moves.best(most)]:
        bound = max(bound, improve_few(moves, most))
    if not moves.costs:
        conflict = layout_or_conflict(asked.problem, moves.whole, asked.watch, moves.today)
        raise no_layout(asked, moves.whole, None if isinstance(conflict, Layout) else conflict)
    number = moves.best(most)
    asked.watch.found(float(moves.whole.objective(moves.costs[number])))
    plan = answer(asked, _centres(moves, number), {}, moves.whole.objective(bound) - moves.whole.blur)
    return replace(plan, optimal=plan.objective - plan.bound <= SAME * plan.objective)


def _today(problem: BulkProblem) -> dict[str, Fraction]:
    """Centres of today's layout, what is fixed where it is fixed."""
    return {key: exact(centre) for key, centre in {**(problem.today or {}), **problem.rules.fixed}.items()}


def _centres(moves: Moves, number: int) -> dict[str, Fraction]:
    """The centres of a plan: what did not move lies exactly where it lies today."""
    begin, whole = moves.begins[number], moves.whole
    stood = {**(moves.problem.today or {}), **moves.problem.rules.fixed}
    return {
        material.key: exact(stood[material.key])
        if begin[item] == moves.home[item]
        else int(begin[item] + whole.halves[item]) * whole.unit
        for item, material in enumerate(moves.problem.materials)
    }


def all_fixed(asked: Asked, whole: Scaled) -> BulkPlan:
    """The plan where every material is fixed, if they do not overlap. Raises NoLayout."""
    layout = layout_or_conflict(asked.problem, scaled(asked.problem), asked.watch)
    if not isinstance(layout, Layout):
        raise no_layout(asked, whole, layout)
    materials = asked.problem.materials
    centres = {materials[stand.item].key: stand.centre for stand in whole.stands}
    strips = {materials[stand.item].key: stand.strip for stand in whole.stands}
    return answer(asked, centres, strips, Fraction(0), optimal=True)
