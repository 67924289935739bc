"""The proof against brute force: every order, timed by a plain dynamic programme on half units."""

from itertools import count, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

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


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_proven_optimum_is_that_of_brute_force(problem):
    plan = solve_bulk(problem, watch(), seed=1)
    assert plan.optimal
    assert clear(problem, plan.positions)
    assert abs(plan.objective - objective(problem, plan.positions)) < 1e-9
    assert abs(plan.objective - brute_force(problem)) < 1e-9
    assert plan.bound <= plan.objective


@settings(max_examples=15, deadline=None)
@given(problems(most=4, unit=0.35))
def test_widths_may_be_decimals(problem):
    plan = solve_bulk(problem, watch(), seed=1)
    assert plan.optimal
    assert abs(plan.objective - brute_force(problem, unit=0.35)) < 1e-9
