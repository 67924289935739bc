"""Plans of the same cost that leave more where it lies."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hanmaru.decide.slotting.kitting.costs import Costs
from hanmaru.decide.slotting.kitting.problem import (
    Aisle,
    KittingPlan,
    KittingProblem,
    KittingRules,
    Material,
    Model,
    Place,
)
from hanmaru.decide.slotting.kitting.settled import settled

AISLES = (Aisle("A", 1, (3, 2)), Aisle("B", 4, (3,)))
BINS = [Place(a, r, b) for a, aisle in enumerate(AISLES) for r, has in enumerate(aisle.racks) for b in range(has)]


def plan_of(places: dict[str, Place]) -> KittingPlan:
    return KittingPlan(0, 0, optimal=False, seconds=0, seed=0, method="", places=places)


@given(st.permutations(range(8)), st.permutations(range(8)), st.integers(1, 8))
def test_it_costs_the_same_and_no_less_stays(now: list[int], then: list[int], count: int) -> None:
    materials = tuple(Material(f"P{number}", 1) for number in range(count))
    models = (Model("K1", 3, (0,)), Model("K2", 1, tuple(range(0, count, 3))))
    today = {one.key: BINS[now[number]] for number, one in enumerate(materials)}
    problem = KittingProblem(AISLES, materials, models, today)
    before = plan_of({one.key: BINS[then[number]] for number, one in enumerate(materials)})
    after = settled(before, problem)
    assert len(set(after.places.values())) == count
    assert Costs(problem).of(after.places) == Costs(problem).of(before.places)
    stayed = [sum(plan.places[key] == place for key, place in today.items()) for plan in (before, after)]
    assert stayed[0] <= stayed[1]
    ruled = replace(problem, rules=KittingRules(apart=(("P0", "P1"),)))
    assert settled(before, ruled) is before


def test_what_no_kit_asks_for_stays_and_what_moves_within_an_aisle_does_not() -> None:
    materials = (Material("P", 1), Material("Q", 1), Material("R", 2), Material("S", 1))
    today = {"P": Place(0, 0, 0), "Q": Place(0, 0, 1), "R": Place(0, 1, 0), "S": Place(1, 0, 0)}
    problem = KittingProblem(AISLES, materials, (Model("K", 1, (0, 1)),), today)
    moved = {"P": Place(0, 0, 1), "Q": Place(0, 0, 0), "R": Place(1, 0, 1), "S": Place(0, 0, 2)}
    assert settled(plan_of(moved), problem).places == today
