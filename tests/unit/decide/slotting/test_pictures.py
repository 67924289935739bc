"""Pictures are whole SVG in both languages, whatever the names and figures are, and say what is true."""

import re
from collections.abc import Iterable
from dataclasses import replace
from math import inf
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanmaru.decide.slotting import explained
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem, Strip
from hanmaru.decide.slotting.check.bulk import bulk_objective
from hanmaru.decide.slotting.check.kitting import kitting_objective
from hanmaru.decide.slotting.formats import bulk, kitting
from hanmaru.decide.slotting.generate import generate_bulk, generate_kitting
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.pictures import (
    along,
    flows,
    moves,
    palette,
    passes,
    reslotting,
    saving,
    shelves,
    store,
    strip,
    upright,
    words,
)
from hanmaru.decide.slotting.pictures.canvas import MEDIUM, NARROW, Format, Picture, width_of
from hanmaru.decide.slotting.pictures.convergence import convergence
from hanmaru.decide.slotting.pictures.families import families
from hanmaru.decide.slotting.pictures.sheet import page, sheet
from hanmaru.decide.slotting.watch import Step
from tools.slotting_page import EXAMPLES

SVG = "{http://www.w3.org/2000/svg}"
ABOUT = {"bound": 1.0, "optimal": False, "seconds": 2.5, "seed": 1, "method": "auto"}


def packed(problem: BulkProblem, history: tuple[Step, ...] = ()) -> BulkPlan:
    """A plan for a strip without looking at trips."""
    reached, centres = 0.0, {}
    for material in reversed(problem.materials):
        centres[material.key] = reached + material.width / 2
        reached += material.width
    return BulkPlan(along.cost(problem, centres), positions=centres, history=history, **ABOUT)


def stored(problem: KittingProblem, history: tuple[Step, ...] = ()) -> KittingPlan:
    """A plan for a store: as it is today."""
    return KittingPlan(shelves.cost(problem, problem.today), places=problem.today, history=history, **ABOUT)


def strip_of(like: str = "case-30") -> tuple[BulkProblem, BulkPlan]:
    problem = bulk.problem_of(generate_bulk(like, 1, 0.9))
    return problem, packed(problem, (Step(0.01, inf, 1), Step(0.5, 1e9, 2)))


def store_of(like: str = "store-60") -> tuple[KittingProblem, KittingPlan]:
    problem = kitting.problem_of(generate_kitting(like, 1))
    return problem, stored(problem, (Step(0.2, 5e6, 0), Step(1, 4e6, 3)))


def drawn(svg: str) -> ET.Element:
    """The picture, as a program reads it; no figure in it is nonsense."""
    assert not re.search(r'"[^"]*\b(nan|inf|None)\b', svg)
    return ET.fromstring(svg)  # noqa: S314 - our own picture


def boxes(svg: str) -> list[tuple[str, str]]:
    """Names and colours of what is shown when one points at it."""
    titled = (one for one in drawn(svg).iter(f"{SVG}rect") if one.find(f"{SVG}title") is not None)
    return [(one.findtext(f"{SVG}title").partition(":")[0], one.get("fill")) for one in titled]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("made", [strip_of, store_of])
def test_sheet_and_page_are_whole_in_both_languages(made, language: str) -> None:
    problem, plan = made()
    picture, printed = sheet(problem, plan, language), page(problem, plan, language)
    root = drawn(picture)
    assert (root.get("lang"), bool(root.get("aria-label"))) == (language, True)
    texts = " ".join(one.text or "" for one in root.iter(f"{SVG}text"))
    assert bool(re.search("[가-힣]", texts)) == (language == "ko")
    assert "{" not in texts
    assert printed.count("<svg") == printed.count("</svg>") == 5
    assert f'<html lang="{language}">' in printed


def test_a_material_has_one_colour_before_and_after() -> None:
    problem, plan = strip_of()
    found = boxes(strip.layout(problem, plan, "en").svg("en"))
    assert len(found) == 2 * len(problem.materials)
    assert len(set(found)) == len(problem.materials)
    problem, plan = store_of()
    found = boxes(store.layout(problem, plan, "en").svg("en"))
    assert len(found) == 2 * len(problem.materials)
    assert len(set(found)) == len(problem.materials)


def test_without_today_the_plan_stands_alone() -> None:
    problem, plan = strip_of()
    alone = replace(problem, today=None)
    assert len(boxes(strip.layout(alone, plan, "en").svg("en"))) == len(problem.materials)
    assert "Today" not in sheet(alone, plan, "en")
    problem, plan = store_of()
    partly = replace(problem, today={"P1": plan.places["P1"]})
    assert len(boxes(store.layout(partly, plan, "en").svg("en"))) == len(problem.materials)
    drawn(sheet(partly, plan, "en"))


def test_several_strips_stand_below_each_other() -> None:
    problem, plan = strip_of()
    sides = (Strip("left", 0, problem.length), Strip("right", 0, problem.length, 250, ((10, 30),)))
    on = {one.key: sides[place % 2].key for place, one in enumerate(problem.materials)}
    several, told = replace(problem, strips=sides), replace(plan, strips=on)
    picture = strip.layout(several, told, "en").svg("en")
    assert len(boxes(picture)) == len(problem.materials)
    assert {"left", "right"} <= {one.text for one in drawn(picture).iter(f"{SVG}text")}
    document = bulk.document_of(several)
    detours = {name: 250.0 for name, side in on.items() if side == "right"}
    expected = bulk_objective(document, plan.positions, detours)
    assert along.cost(several, plan.positions, on) == pytest.approx(expected)
    drawn(sheet(several, told, "ko"))


def test_several_strips_stand_before_and_after_where_today_tells_of_them() -> None:
    problem, plan = strip_of("case-12")
    sides = (Strip("left", 0, problem.length), Strip("right", 0, problem.length, 250))
    on = {one.key: sides[place % 2].key for place, one in enumerate(problem.materials)}
    several, told = replace(problem, strips=sides, today_strips=on), replace(plan, strips=on)
    assert len(boxes(strip.layout(several, told, "ko").svg("ko"))) == 2 * len(problem.materials)
    stays = replace(plan, positions=problem.today, strips=on)
    assert moves.moves_along(several, stays, "en") == []
    crossed = moves.moves_along(several, replace(stays, strips=on | {"M1": "right"}), "en")
    assert [(one.material, one.by) for one in crossed] == [("M1", "⇅")]
    assert (crossed[0].came_from.partition(" ")[0], crossed[0].goes_to.partition(" ")[0]) == ("left", "right")


def test_a_store_with_rules_is_drawn_with_what_is_blocked_and_by_the_bins_it_takes() -> None:
    document = EXAMPLES["kitting-instance"]
    document = {**document, "rules": document["rules"] | {"bins_by_size": {"P2": {"large": 2}}}}
    document["rules"]["racks"] = [{"aisle": "A1", "rack": 1, "level": 1, "bin_size": "large"}]
    problem = kitting.problem_of(document)
    plan = kitting.plan_of(EXAMPLES["kitting-plan"], problem)
    picture = store.layout(problem, plan, "en").svg("en")
    texts = {one.text for one in drawn(picture).iter(f"{SVG}text")}
    assert {"blocked", "↑1 large", "↑ level above the floor"} <= texts
    assert "levels and replenishment" in sheet(problem, plan, "en")
    assert "bins 1-2" in moves.moves_inside(problem, plan, "en")[1].came_from


def test_weeks_of_moves_are_listed_and_their_balance_ends_in_what_they_gain() -> None:
    document = EXAMPLES["kitting-moves"]
    weekly = reslotting.balances(document)
    assert weekly[0] == -40
    assert weekly[-1] == document["saving"] - document["cost"]
    assert weekly[document["paid_in"] - 1] >= 0 > weekly[document["paid_in"] - 2]
    for language in ("en", "ko"):
        drawn(reslotting.picture(document, language).svg(language))
        printed = reslotting.page(document, language)
        assert printed.count('class="box"') == 2
    nothing = {**document, "moves": [], "cost": 0, "saving": 0, "paid_in": None}
    assert "no move pays back within 26 weeks" in reslotting.page(nothing, "en")


def test_what_moving_few_saves_falls_to_the_right() -> None:
    points = [(0, 900.0), (1, 700.0), (8, 420.5)]
    for language in ("en", "ko"):
        root = drawn(saving.saving(points, language).svg(language))
        spots = [(float(one.get("cx")), float(one.get("cy"))) for one in root.iter(f"{SVG}circle")]
        assert spots == sorted(spots)
        assert len({y for _, y in spots}) == 3
    drawn(saving.saving([(0, 0.0)], "en").svg("en"))


def test_costs_are_those_of_the_checker() -> None:
    problem, plan = strip_of()
    assert along.cost(problem, plan.positions) == pytest.approx(
        bulk_objective(bulk.document_of(problem), plan.positions)
    )
    store_problem, _ = store_of()
    document = kitting.document_of(store_problem)
    assert shelves.cost(store_problem, store_problem.today) == kitting_objective(document, document["today"])


def test_passes_times_way_are_the_cost() -> None:
    problem, plan = strip_of()
    stretches = passes.passing(problem, plan.positions)
    assert sum((end - start) * count for start, end, count in stretches) == pytest.approx(plan.objective)


def test_names_cannot_break_out_of_a_picture() -> None:
    document = generate_bulk("sparse-4", 1)
    names = ["<script>alert(1)</script>", '"><b>', "아주 긴 이름을 가진 자재 " * 6, "&amp;'"]
    for one, name in zip(document["materials"], names, strict=True):
        one["id"] = name
    problem = bulk.problem_of(document)
    printed = page(problem, packed(problem), "ko")
    assert "<script" not in printed
    assert "<b>" not in printed
    assert {name for name, _ in boxes(strip.layout(problem, packed(problem), "ko").svg("ko"))} == set(names)


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_whatever_the_figures_pictures_are_whole(data: st.DataObject) -> None:
    size = st.floats(1e-3, 1e6)
    widths = data.draw(st.lists(size, min_size=1, max_size=6))
    trips = st.dictionaries(st.sampled_from(["0", "1"]), st.floats(1e-6, 1e9), min_size=1)
    document = {
        "length": sum(widths) * data.draw(st.floats(1, 3)) * (1 + 1e-9),
        "supply_points": data.draw(st.lists(st.floats(-1e6, 1e7), min_size=2, max_size=2)),
        "materials": [{"id": f"자재 {n}", "width": w, "trips": data.draw(trips)} for n, w in enumerate(widths)],
    }
    problem = bulk.problem_of(document)
    history = tuple(Step(*step) for step in data.draw(st.lists(st.tuples(size, size, st.floats(0, 1e6)), max_size=4)))
    drawn(sheet(problem, packed(problem, history), data.draw(st.sampled_from(["en", "ko", "fr"]))))


def test_a_plan_of_cost_nothing_and_one_without_history_are_drawn() -> None:
    _, plan = strip_of("sparse-2")
    for bare in (replace(plan, objective=0.0, bound=0.0, optimal=True), replace(plan, bound=0.0, history=())):
        drawn(convergence(bare, "en").svg("en"))
    assert "proven" in convergence(replace(plan, optimal=True), "en").body


def test_large_ones_are_drawn_with_the_busiest_ways_only() -> None:
    problem, plan = strip_of("table7-305")
    assert flows.flows(problem, plan, "en").body.count("<path") == flows.MOST_LINES


def test_moves_tell_what_lies_elsewhere_and_nothing_else() -> None:
    problem, plan = strip_of()
    found = moves.moves_along(problem, plan, "en")
    stays = replace(plan, positions=problem.today)
    assert moves.moves_along(problem, stays, "en") == []
    assert "Nothing moves" in moves.listed([], 3, "en")
    assert [one.goes_to for one in found] == [words.figure(x) for x in sorted(plan.positions.values())]
    store_problem, store_plan = store_of()
    assert moves.moves_inside(store_problem, store_plan, "en") == []
    places = dict(store_plan.places)
    places["P1"], places["P2"] = places["P2"], places["P1"]
    swapped = moves.moves_inside(store_problem, replace(store_plan, places=places), "ko")
    assert {one.material for one in swapped} == {"P1", "P2"}
    assert "번 칸" in swapped[0].goes_to


def test_the_kit_lit_up_is_the_dearest_and_its_bins_alone() -> None:
    problem, plan = store_of()
    kit = store.dearest(problem, plan.places)
    model = next(one for one in problem.models if one.key == kit)
    lit_up = [name for name, fill in boxes(store.lit(problem, plan, kit, "en").svg("en")) if fill == palette.PERSIMMON]
    assert sorted(lit_up) == sorted(2 * [problem.materials[index].key for index in model.materials])


def test_families_find_models_that_share_nothing_with_others() -> None:
    document = generate_kitting("store-60", 1)
    names = [one["id"] for one in document["materials"]]
    document["models"] = [
        {"id": f"{family}{n}", "frequency": 1, "materials": names[20 * family + n : 20 * family + n + 12]}
        for family in range(3)
        for n in range(3)
    ]
    found = families(kitting.problem_of(document), 3)
    assert sorted(map(sorted, found.models)) == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    assert set(found.of) == {0, 1, 2, -1}


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.sampled_from([palette.ALONG, palette.GROUPS, palette.HEAT]))
def test_text_on_a_colour_can_be_read(share: float, row: tuple[str, ...]) -> None:
    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    fill = palette.between(row, share)
    low, high = sorted((luminance(fill), luminance(palette.on(fill))))
    assert (high + 0.05) / (low + 0.05) >= 4


def test_every_word_has_both_languages_with_the_same_blanks() -> None:
    for english, korean in words.WORDS.values():
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", korean))
        assert re.search("[가-힣]", korean)
    used = set()
    for module in (strip, upright, flows, passes, store, moves, reslotting, explained):
        used |= set(re.findall(r'say\(\s*"(\w+)"', open(module.__file__, encoding="utf-8").read()))  # noqa: PTH123, SIM115
    assert used <= words.WORDS.keys()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_pictures_for_a_phone_show_the_same_and_write_nothing_beyond_their_edges(language: str) -> None:
    problem, plan = strip_of()
    store_problem, store_plan = store_of("smd-store")
    kit = store.dearest(store_problem, store_plan.places)
    wide = [(strip.layout, problem, plan), (store.layout, store_problem, store_plan)]
    narrow = [upright.layout(problem, plan, language), store.layout(store_problem, store_plan, language, NARROW)]
    for (draw, asked, found), picture in zip(wide, narrow, strict=True):
        assert sorted(boxes(draw(asked, found, language).svg(language))) == sorted(boxes(picture.svg(language)))
    narrow += [draw(problem, plan, language) for draw in (upright.flows, upright.passes)]
    narrow += [store.heat(store_problem, store_plan, language, NARROW), convergence(plan, language, NARROW)]
    narrow += [store.lit(store_problem, store_plan, kit, language, NARROW), saving.saving([(0, 9e8)], language, NARROW)]
    _within(narrow, NARROW, language, least=8)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_letters_for_a_tablet_can_be_read_and_stay_within_its_edges(language: str) -> None:
    problem, plan = store_of("smd-store")
    kit = store.dearest(problem, plan.places)
    medium = [store.layout(problem, plan, language, MEDIUM), store.heat(problem, plan, language, MEDIUM)]
    medium += [store.lit(problem, plan, kit, language, MEDIUM), saving.saving([(0, 9e8)], language, MEDIUM)]
    _within([*medium, convergence(strip_of()[1], language, MEDIUM)], MEDIUM, language, least=11)


def _within(pictures: Iterable[Picture], form: Format, language: str, least: float) -> None:
    """Check that nothing is written beyond the edges, nor in smaller letters."""
    for picture in pictures:
        root = drawn(picture.svg(language))
        assert root.get("viewBox").split()[2] == str(form.width)
        for one in (one for one in root.iter(f"{SVG}text") if one.text):
            size = float(one.get("font-size"))
            assert size >= least, one.text
            wide_of = width_of(one.text, size)
            start = float(one.get("x")) - {"end": wide_of, "middle": wide_of / 2}.get(one.get("text-anchor"), 0.0)
            assert -6 <= start <= start + wide_of <= form.width + 6, one.text


def test_aisles_go_on_below_where_a_picture_is_narrow_and_stand_beside_each_other_on_a_desk() -> None:
    problem, plan = store_of("smd-store")
    assert len(shelves.Shelves(problem).rows) == 1
    folded = shelves.Shelves(problem, form=NARROW)
    assert [one for row in folded.rows for one in row] == list(range(len(problem.aisles)))
    assert len(folded.rows) == 2
    for (aisle, _rack), (left, wide) in folded.racks.items():
        assert NARROW.margin - 1e-9 <= left <= left + wide <= NARROW.right + 1e-9
        assert folded.floor(aisle, 0) <= folded.height
    alone = replace(problem, today=None)
    drawn(store.layout(alone, plan, "en", NARROW).svg("en"))


@pytest.mark.parametrize("sides", [1, 2])
def test_a_strip_runs_downwards_without_today_and_with_several_strips(sides: int) -> None:
    problem, plan = strip_of()
    if sides > 1:
        several = (Strip("left", 0, problem.length), Strip("right", 0, problem.length, 250, ((10, 30),)))
        problem = replace(problem, strips=several)
        plan = replace(plan, strips={one.key: several[n % 2].key for n, one in enumerate(problem.materials)})
    alone = replace(problem, today=None)
    for draw in (upright.layout, upright.flows, upright.passes):
        drawn(draw(alone, plan, "ko").svg("ko"))
    assert len(boxes(upright.layout(alone, plan, "en").svg("en"))) == len(problem.materials)
