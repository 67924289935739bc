"""Every rule against brute force: all placements of three materials on half units."""

from dataclasses import replace
from itertools import combinations, count, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from hanmaru.decide.slotting.bulk.curve import curve
from hanmaru.decide.slotting.bulk.kept import kept
from hanmaru.decide.slotting.bulk.numbers import exact
from hanmaru.decide.slotting.bulk.problem import BulkProblem, BulkRules, Material, Strip
from hanmaru.decide.slotting.bulk.solve import solve_bulk
from hanmaru.decide.slotting.errors import KnowsNoRules, NoLayout, OutsideStrip, TodayForbidden, TodayOverlaps, TooWide
from hanmaru.decide.slotting.formats.bulk import problem_of
from hanmaru.decide.slotting.generate import generate_bulk
from hanmaru.decide.slotting.heard import solve_heard
from hanmaru.decide.slotting.watch import Watch

NEAR = 1e-6


def watch():
    """A watch that nothing ends."""
    ticks = count()
    return Watch(lambda: float(next(ticks)))


def strips_of(problem):
    """The strips, at least one."""
    return problem.strips or (Strip("", 0, problem.length),)


def lies_well(problem, material, centre, strip):
    """Whether one zone keeps the rules that concern it alone."""
    begin, end, rules = centre - material.width / 2, centre + material.width / 2, problem.rules
    blocked = (*rules.forbidden, *strip.forbidden)
    first = rules.strips.get(material.key, strips_of(problem)[0].key if material.key in rules.fixed else strip.key)
    return (
        begin >= strip.begin - NEAR
        and end <= strip.end + NEAR
        and all(end <= a + NEAR or begin >= b - NEAR for a, b in blocked)
        and strip.key == first
        and abs(rules.fixed.get(material.key, centre) - centre) < NEAR
    )


def together_well(problem, at, on):
    """Whether no zones overlap and the rules between materials are kept."""
    rules, width = problem.rules, {one.key: one.width for one in problem.materials}
    for strip in strips_of(problem):
        line = sorted((key for key in at if on[key] == strip.key), key=lambda key: at[key])
        for a, b in pairwise(line):
            if at[b] - at[a] - (width[a] + width[b]) / 2 < rules.clearance - NEAR:
                return False
    for group in rules.together:
        span = max(at[k] + width[k] / 2 for k in group) - min(at[k] - width[k] / 2 for k in group)
        needed = sum(width[k] for k in group) + rules.clearance * (len(group) - 1)
        if span > needed + NEAR or len({on[k] for k in group}) > 1:
            return False
    apart = all(abs(at[a] - at[b]) >= least - NEAR for a, b, least in rules.apart)
    moved = sum(abs(at[key] - (problem.today or {}).get(key, at[key])) > NEAR for key in at)
    return apart and (rules.most_moved is None or moved <= rules.most_moved)


def objective(problem, at, on):
    """Equation (1), with detours."""
    detour = {strip.key: strip.detour for strip in strips_of(problem)}
    return sum(
        trips * (abs(at[one.key] - point) + detour[on[one.key]])
        for one in problem.materials
        for trips, point in zip(one.trips, problem.supply_points, strict=True)
    )


def brute_force(problem):
    """The least objective on half units; None where no layout keeps the rules."""
    choices = []
    for one in problem.materials:
        alone = replace(problem, materials=(one,))
        spots = product((n / 2 for n in range(int(2 * problem.length) + 1)), strips_of(problem))
        choices.append(
            [
                (objective(alone, {one.key: at}, {one.key: strip.key}), at, strip.key)
                for at, strip in spots
                if lies_well(problem, one, at, strip)
            ]
        )
    best = None
    for chosen in product(*choices):
        paid = sum(cost for cost, _, _ in chosen)
        if best is None or paid < best:
            at = {one.key: spot for one, (_, spot, _) in zip(problem.materials, chosen, strict=True)}
            on = {one.key: strip for one, (_, _, strip) in zip(problem.materials, chosen, strict=True)}
            best = paid if together_well(problem, at, on) else best
    return best


@st.composite
def ruled(draw):
    """Three materials on a short strip or on its two sides, with one or two rules."""
    widths = draw(st.tuples(*[st.integers(1, 3)] * 3))
    trips = draw(st.tuples(*[st.tuples(st.integers(0, 3), st.integers(0, 3))] * 3))
    length = draw(st.integers(5, 8))
    materials = tuple(Material(key, w, t) for key, w, t in zip("ABC", widths, trips, strict=True))
    sides = (Strip("left", 0, length), Strip("right", 1, length, 1, ((3, 4),)))
    every = ["fixed", "forbidden", "thin", "together", "apart", "clearance", "strips"]
    kinds = draw(st.sets(st.sampled_from(every), max_size=3))
    two, thin = "strips" in kinds, "thin" in kinds
    rules = BulkRules(
        fixed={"A": draw(st.integers(1, length - 1)) + widths[0] / 2 % 1} if "fixed" in kinds else {},
        forbidden=((2, 3),) * ("forbidden" in kinds) + ((4, 4.5),) * thin,
        together=(draw(st.sampled_from([("A", "C"), ("A", "B", "C")])),) if "together" in kinds else (),
        apart=(("A", "B", draw(st.integers(1, 5))),) if "apart" in kinds else (),
        clearance=draw(st.sampled_from([0.5, 1])) if "clearance" in kinds or thin else 0,
        strips={"B": "right"} if two else {},
    )
    return BulkProblem(length, (draw(st.integers(0, 3)), length), materials, None, rules, sides if two else ())


@settings(max_examples=40, deadline=None)
@given(ruled())
def test_the_best_layout_that_keeps_all_rules_is_found_and_proven(problem):
    best = brute_force(problem)
    if best is None:
        with pytest.raises((NoLayout, TooWide)):
            solve_bulk(problem, watch(), seed=1)
        return
    plan = solve_bulk(problem, watch(), seed=1)
    on = plan.strips or dict.fromkeys(plan.positions, "")
    by_key = {strip.key: strip for strip in strips_of(problem)}
    assert all(lies_well(problem, one, plan.positions[one.key], by_key[on[one.key]]) for one in problem.materials)
    assert together_well(problem, plan.positions, on)
    assert plan.objective == pytest.approx(objective(problem, plan.positions, on))
    assert plan.optimal
    assert plan.objective == pytest.approx(best)


BOUND = {
    "together": [["M1", "M2", "M3"], ["M4", "M5"]],
    "apart": [{"materials": ["M6", "M7"], "distance": 500}, {"materials": ["M3", "M8"], "distance": 250}],
    "forbidden": [{"from": 400, "to": 410}],
    "clearance": 20,
    "fixed": {"M5": 700},
}


@pytest.fixture(scope="module")
def bound_strip():
    """Sixteen materials and every rule that binds them to each other, one group on either side of what is fixed."""
    instance = generate_bulk("sparse-16", 3, 0.8)
    return problem_of({**instance, "length": instance["length"] + 400, "rules": BOUND})


def test_many_rules_on_many_materials_are_proven(bound_strip):
    plan = solve_bulk(bound_strip, watch(), seed=1)
    assert plan.optimal
    assert kept(bound_strip, {key: exact(centre) for key, centre in plan.positions.items()}, {})


def test_under_rules_the_same_seed_gives_the_same_plan_and_more_time_no_worse_one(bound_strip):
    def solved(limit):
        ticks = count()
        return solve_bulk(bound_strip, Watch(lambda: float(next(ticks)), limit), seed=2)

    plans = [solved(limit) for limit in (12, 40, 10**9, 10**9)]
    assert plans[2].positions == plans[3].positions
    assert plans[0].objective >= plans[1].objective >= plans[2].objective
    assert plans[0].bound <= plans[1].bound <= plans[2].bound == plans[2].objective


def test_a_solver_at_work_hears_the_stop():
    model = cp_model.CpModel()  # more pigeons than holes: nobody proves it in a lifetime
    rests = [[model.new_bool_var("") for _ in range(40)] for _ in range(41)]
    for pigeon in rests:
        model.add(sum(pigeon) == 1)
    for hole in zip(*rests, strict=True):
        for one, other in combinations(hole, 2):
            model.add_bool_or(~one, ~other)
    solve_heard(cp_model.CpSolver(), model, Watch(lambda: 0.0, stop=lambda: True))


TODAY = {"A": 1.0, "B": 3.0, "C": 5.5}
MATERIALS = (Material("A", 2, (0, 9)), Material("B", 2, (5, 0)), Material("C", 1, (1, 1)))


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"together": (("A", "C"),)},
        {"apart": (("B", "C", 5.0),)},
        {"clearance": 0.5, "forbidden": ((8, 9),), "fixed": {"A": 1.0}},
        {"fixed": {"C": 7.5}},
    ],
    ids=["free", "together", "apart", "others", "displaced"],
)
@pytest.mark.parametrize("most", [1, 2, 3])
def test_at_most_so_many_move_and_the_best_is_proven(most, rules):
    today = {**TODAY, "B": 3.5} if "clearance" in rules else TODAY
    problem = BulkProblem(10, (3, 10), MATERIALS, today, BulkRules(most_moved=most, **rules))
    plan = solve_bulk(problem, watch(), seed=1)
    assert brute_force(problem) == pytest.approx(plan.objective)
    assert sum(plan.positions[key] != today[key] for key in today) <= most
    assert together_well(problem, plan.positions, dict.fromkeys(today, ""))
    assert plan.optimal
    assert plan.bound <= plan.objective


def test_a_rule_that_takes_more_moves_than_are_allowed_is_named_with_them():
    problem = BulkProblem(10, (3, 10), MATERIALS, TODAY, BulkRules(most_moved=0, together=(("A", "C"),)))
    with pytest.raises(NoLayout, match=r"together A \+ C; most_moved 0"):
        solve_bulk(problem, watch())


def test_the_curve_falls_with_the_number_moved():
    points = curve(BulkProblem(10, (3, 10), MATERIALS, TODAY, BulkRules(most_moved=3)), watch(), seed=1)
    assert points[0].moved == 0
    assert all(a.objective > b.objective for a, b in pairwise(points))
    assert all(point.bound <= point.objective for point in points)


@pytest.mark.parametrize(
    ("at", "forbidden", "error", "told"),
    [
        (2.0, (), TodayOverlaps, "zones of A and B overlap by 1"),
        (
            TODAY["B"],
            ((TODAY["B"] - 0.5, TODAY["B"]),),
            TodayForbidden,
            "zone of B from .* to .* on the forbidden stretch",
        ),
        (9.9, (), OutsideStrip, "today.B: from"),
    ],
)
def test_a_layout_of_today_that_cannot_be_is_named(at, forbidden, error, told):
    rules = BulkRules(most_moved=1, forbidden=forbidden)
    with pytest.raises(error, match=told):
        solve_bulk(BulkProblem(10, (3, 10), MATERIALS, {**TODAY, "B": at}, rules), watch())


def test_the_smallest_conflict_is_named():
    rules = BulkRules(fixed={"A": 2.0, "C": 8.5}, together=(("A", "B"),), forbidden=((3, 4), (8, 9)))
    with pytest.raises(NoLayout, match=r"fixed C; forbidden 8\.\.9"):
        solve_bulk(BulkProblem(10, (3, 10), MATERIALS, None, rules), watch())


def test_what_does_not_fit_is_told_by_how_much():
    with pytest.raises(TooWide, match="1"):
        solve_bulk(BulkProblem(4, (3,), tuple(Material(m.key, m.width, (1,)) for m in MATERIALS)), watch())


def test_the_source_knows_no_rules():
    with pytest.raises(KnowsNoRules, match="ga"):
        solve_bulk(BulkProblem(10, (3, 10), MATERIALS, None, BulkRules(clearance=1)), watch(), method="ga")
