"""The proof against brute force: every order, timed by a plain dynamic programme on half units."""

from itertools import count, permutations
from math import isclose, pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanmaru.decide.slotting.bulk import solve
from hanmaru.decide.slotting.bulk.problem import BulkProblem, Material
from hanmaru.decide.slotting.bulk.solve import solve_bulk
from hanmaru.decide.slotting.watch import Watch


@st.composite
def problems(draw, most=5, unit=1.0):
    """Tiny strips, full or not; supply points anywhere; equal materials and materials without trips too."""
    points = draw(st.lists(st.integers(0, 16), min_size=1, max_size=3))
    widths = draw(st.lists(st.integers(1, 4), min_size=1, max_size=most))
    row = st.tuples(*[st.integers(0, 5)] * len(points))
    trips = draw(st.lists(row, min_size=len(widths), max_size=len(widths)))
    length = max([*points, sum(widths) + draw(st.integers(0, 4))])
    materials = tuple(
        Material(f"M{place}", width * unit, row) for place, (width, row) in enumerate(zip(widths, trips, strict=True))
    )
    return BulkProblem(length * unit, tuple(point * unit for point in points), materials)


def brute_force(problem, unit=1.0):
    """The least objective over all orders; coordinates in half units."""
    steps = round(2 * problem.length / unit)
    widths = [round(2 * material.width / unit) for material in problem.materials]

    def cost(item, start):
        centre = start + widths[item] / 2
        ways = [abs(centre - 2 * point / unit) / 2 for point in problem.supply_points]
        return sum(trips * way for trips, way in zip(problem.materials[item].trips, ways, strict=True))

    def timed(order):
        best = [0.0] * (steps + 1)
        for item in order:
            ends, least = [float("inf")] * (steps + 1), float("inf")
            for end in range(widths[item], steps + 1):
                least = min(least, best[end - widths[item]] + cost(item, end - widths[item]))
                ends[end] = least
            best = ends
        return min(best)

    return min(timed(order) for order in permutations(range(len(widths)))) * unit


def watch():
    """A watch that nothing ends."""
    ticks = count()
    return Watch(lambda: float(next(ticks)))


def objective(problem, positions):
    """Equation (1)."""
    return sum(
        trips * abs(positions[material.key] - point)
        for material in problem.materials
        for trips, point in zip(material.trips, problem.supply_points, strict=True)
    )


def clear(problem, positions):
    """Whether no two zones overlap and all lie on the strip."""
    zones = sorted((positions[m.key] - m.width / 2, positions[m.key] + m.width / 2) for m in problem.materials)
    reach = 0.0
    for begin, end in zones:
        if begin < reach - 1e-9:
            return False
        reach = end
    return reach <= problem.length + 1e-9


@pytest.fixture
def few(monkeypatch):
    """Say of how many materials every order is tried: 0 leaves it to the proof."""
    return lambda most: monkeypatch.setattr(solve, "FEW", most)


@pytest.fixture(scope="module")
def _no_orders():
    """Try no orders: what is proven is proven by prices and networks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solve, "FEW", 0)
        yield


@settings(max_examples=20, deadline=None)
@given(problems())
def test_of_a_few_materials_every_order_is_tried(problem):
    plan = solve_bulk(problem, watch(), seed=1)
    assert plan.optimal
    assert clear(problem, plan.positions)
    assert abs(plan.objective - brute_force(problem)) < 1e-9


@pytest.mark.usefixtures("_no_orders")
@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_proven_optimum_is_that_of_brute_force(problem):
    plan = solve_bulk(problem, watch(), seed=1)
    assert plan.optimal
    assert clear(problem, plan.positions)
    assert abs(plan.objective - objective(problem, plan.positions)) < 1e-9
    assert abs(plan.objective - brute_force(problem)) < 1e-9
    assert plan.bound <= plan.objective


@pytest.mark.usefixtures("_no_orders")
@settings(max_examples=15, deadline=None)
@given(problems(most=4, unit=0.35))
def test_widths_may_be_decimals(problem):
    plan = solve_bulk(problem, watch(), seed=1)
    assert plan.optimal
    assert abs(plan.objective - brute_force(problem, unit=0.35)) < 1e-9


def strip(widths, trips, points, length):
    """A problem of materials M0, M1, ..."""
    materials = (
        Material(f"M{place}", width, row) for place, (width, row) in enumerate(zip(widths, trips, strict=True))
    )
    return BulkProblem(length, points, tuple(materials))


@pytest.mark.parametrize("digits", [1.0, 1e-3])
def test_numbers_of_many_digits_are_proven_to_a_millionth(digits, few):
    few(8)
    widths, trips = [pi * digits, 2**0.5 * digits, 3**0.5 * digits], [(0.1 * pi, 1 / 3), (pi, 0.0), (1 / 7, 2 / 7)]
    problem = strip(widths, trips, (-pi * digits, 6.1 / 3 * digits), 20 / 3 * digits)
    plan = solve_bulk(problem, watch())
    assert plan.optimal
    assert isclose(plan.bound, plan.objective, rel_tol=1e-6)
    assert isclose(plan.objective, objective(problem, plan.positions), rel_tol=1e-12)
    assert clear(problem, plan.positions)


def test_a_grid_too_fine_still_gives_a_bound(few):
    few(0)
    widths = [(7 + place * pi) / 10 for place in range(10)]
    trips = [((place * 7) % 5 + 1, (place * 3) % 7) for place in range(10)]
    plan = solve_bulk(strip(widths, trips, (0.0, 11 * pi / 3), sum(widths)), Watch(count().__next__, limit=150))
    assert plan.bound > 0.999 * plan.objective


def test_widths_of_very_different_sizes_make_no_false_proof(few):
    few(8)
    widths, trips = [0.001, 0.001, 1e-06, 1, 1e-06, 0.001], [(95,), (62,), (30,), (45,), (52,), (75,)]
    problem = strip(widths, trips, (0,), 1.003002)
    best = solve_bulk(problem, watch())
    few(0)
    plan = solve_bulk(problem, Watch(count().__next__, limit=60))
    assert plan.bound <= best.objective
    assert not plan.optimal or isclose(plan.objective, best.objective, rel_tol=1e-9)


@pytest.mark.parametrize("method", ["auto", "milp-cpsat", "milp-highs"])
def test_supply_points_may_lie_far_beyond_the_ends(method, few):
    few(8)
    problem = strip([1, 2, 3], [(3, 0, 1), (0, 2, 5), (2, 2, 2)], (-50, 4, 1000), 7)
    assert solve_bulk(problem, Watch(count().__next__, limit=600), method=method).objective == 8226.0
