"""Where every material lies along the strip: one entry for all methods."""

from math import ceil

from hanmaru.decide.slotting.bulk.answer import Asked, Method, plan_of
from hanmaru.decide.slotting.bulk.exact import search_and_prove
from hanmaru.decide.slotting.bulk.flows import flows
from hanmaru.decide.slotting.bulk.genetic import Genes, evolve_all
from hanmaru.decide.slotting.bulk.governed import all_fixed, holds, settled, solve_moved, solve_ruled, too_wide
from hanmaru.decide.slotting.bulk.incumbent import Incumbent, incumbent
from hanmaru.decide.slotting.bulk.milp_cpsat import solve_cpsat
from hanmaru.decide.slotting.bulk.milp_highs import solve_highs
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem, BulkRules
from hanmaru.decide.slotting.bulk.prove import Proof
from hanmaru.decide.slotting.bulk.ruled import plain
from hanmaru.decide.slotting.bulk.scaled import Scaled, scaled
from hanmaru.decide.slotting.bulk.search import Search
from hanmaru.decide.slotting.bulk.timed import time_index
from hanmaru.decide.slotting.bulk.timing import best_order, heap
from hanmaru.decide.slotting.errors import KnowsNoRules, TooLittleTime, TooManyMaterials
from hanmaru.decide.slotting.watch import Watch

MOST = 500
"""The programme (1) to (12) has a binary and two rows for every pair of materials."""
FEW = 8
"""Of so many materials every order is tried: 40,320."""
MANY = 20_000
"""With more materials preparing takes seconds, which the time limit must leave."""
PREPARING = 4
"""Preparing and handing out a plan of many takes so many times as long as reading the problem did."""


def solve_bulk(problem: BulkProblem, watch: Watch, seed: int = 0, method: Method = "auto") -> BulkPlan:
    """Answer the best plan found until the watch is over or nothing is left to do.

    `auto` and `exact` search and prove; the others are the source's methods (`ga-timed` with exact timing in its
    decoder) and know no rules. The same seed gives the same plan wherever the watch does not end the search, and a
    later end never a worse one.

    Raises:
        TooLittleTime where so many materials leave no time to search, TooWide where they do not fit, NoLayout where no
        layout keeps the rules, NoLayoutFound where none was found in time, and what else is wrong with a method or
        with today.
    """
    asked = Asked(problem, watch, seed, method)
    if method not in {"auto", "exact"} and (problem.strips or problem.rules != BulkRules()):
        raise KnowsNoRules(method=method)
    if problem.rules.most_moved is not None:
        return solve_moved(asked, problem.rules.most_moved)
    if method.startswith("milp") and len(problem.materials) > MOST:
        raise TooManyMaterials(method=method, most=MOST, materials=len(problem.materials))
    whole = _prepared(problem, watch)
    if not whole.items:
        return all_fixed(asked, whole)
    if not plain(problem, whole):
        return solve_ruled(asked, whole)
    best = _solve_plain(asked, whole)
    return plan_of(asked, best) if not whole.stands or holds(asked, best) else settled(asked, whole)


def _prepared(problem: BulkProblem, watch: Watch) -> Scaled:
    """The problem in whole numbers. Raises TooLittleTime where many materials leave no time to search.

    Turning a plan back into lengths takes about as long as this, so as much is kept back from the search.
    """
    many, read = len(problem.materials) > MANY, watch.seconds
    if many and watch.left < PREPARING * read:
        raise TooLittleTime(materials=len(problem.materials), seconds=ceil((1 + PREPARING) * read))
    whole = scaled(problem)
    if many:
        watch.keep_back(watch.seconds - read)
        if watch.over and not watch.stop():
            raise TooLittleTime(materials=len(problem.materials), seconds=ceil(2 * watch.seconds))
    return whole


def _solve_plain(asked: Asked, whole: Scaled) -> Incumbent:
    """Solve one room without further rules."""
    if whole.slack < 0:
        raise too_wide(asked, whole)
    best = incumbent(whole, flows(whole), asked.watch)
    if asked.method != "ga":
        best.offer(best.order)
    match asked.method:
        case "ga" | "ga-timed":
            evolve_all(best, asked.seed, Genes(timed=asked.method == "ga-timed"))
        case "milp-highs":
            solve_highs(best, asked.seed)
        case "milp-cpsat":
            solve_cpsat(best, asked.seed)
        case _:
            best.prove(min(best.cost, best.alone()))
            if len(whole.items) <= FEW:
                best.offer(best_order(best.flow, (whole.rooms[0].begin, whole.rooms[0].end), heap(best.flow)))
                best.prove(best.cost)
                return best
            search_and_prove(best, Search(best, asked.seed), lambda: _proof(best))
    return best


def _proof(best: Incumbent) -> Proof | None:
    model = time_index(best.problem, best.flow, best.watch)
    if model:
        return Proof(best, *model)
    model = time_index(best.problem, best.flow, best.watch, coarse=True)
    return Proof(best, *model, swaps=False) if model else None
