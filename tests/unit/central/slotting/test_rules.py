"""Rules of a study: entered as lines, kept as the instance's keys; and what moving few materials saves."""

import json
import re

import pytest

from hanmaru.central.slotting import errors, queries, rule_lines, services
from tests.unit.central.slotting.plant import STORE, STRIP

pytestmark = pytest.mark.django_db
WIDE = STRIP | {"length": 60}
RULES = {
    "fixed": "M1\nM2\t45",
    "forbidden": "20, 25.5",
    "together": "",
    "apart": "M1, M3, 10",
    "clearance": "0.5",
    "most_moved": "2",
}


@pytest.fixture
def desk(company, client_of):
    company.user.language = "en"
    company.user.save()
    return client_of(company)


def kept(document=WIDE):
    return services.study_from_file("strip", json.dumps(document).encode())


def test_rules_make_a_study_of_the_same_figures(desk, solver, deferred):
    first = kept()
    answer = desk.post(f"/slotting/studies/{first}/rules/", RULES)
    assert answer.status_code == 302, answer.content.decode()
    made = int(answer["Location"].rstrip("/").rpartition("/")[2])
    assert json.loads(queries.instance_text(made)) == WIDE | {
        "rules": {
            "fixed": {"M1": 5, "M2": 45},
            "forbidden": [{"from": 20, "to": 25.5}],
            "apart": [{"materials": ["M1", "M3"], "distance": 10}],
            "clearance": 0.5,
            "most_moved": 2,
        }
    }
    assert json.loads(queries.instance_text(first)) == WIDE
    services.carry_out(services.start_search(first))
    page = desk.get(answer["Location"]).content.decode()
    for words in ("2 materials stay", "at most 2 materials move", "The best plan without rules"):
        assert words in page
    form = desk.get(f"{answer['Location']}rules/").content.decode()
    assert "M2, 45" in form
    desk.post(f"{answer['Location']}rules/", {"fixed": ""})
    assert "rules" not in json.loads(queries.instance_text(queries.studies()[0].id))
    assert queries.studies()[0].without_rules is None


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"fixed": "M1\n\nM9"}, "fixed", "Line 3: there is no material M9 here. Is it M"),
        ({"forbidden": "4"}, "forbidden", "Line 1: write where it begins"),
        ({"forbidden": "5, 4"}, "forbidden", "must end after it begins"),
        ({"together": "M1"}, "together", "name two materials or more"),
        ({"together": "M1, M2\nM2, M3"}, "together", "M2"),
        ({"apart": "M1, M2"}, "apart", "as the third"),
        ({"apart": "M1, M2, 1e9"}, "apart", "M"),
        ({"apart": "M1, M2, x"}, "apart", "x is no number"),
        ({"fixed": "M1, 5\nM2, 6"}, "fixed", "M"),
    ],
)
def test_a_rule_that_cannot_be_is_said_at_its_field(desk, given, field, words):
    answer = desk.post(f"/slotting/studies/{kept()}/rules/", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page, page
    assert words in page.split(f'id="id_{field}_error"', 1)[1]


SPREAD = STORE | {
    "today": STORE["today"] | {"P2": {"aisle": "A2", "rack": 0, "first_bin": 1}},
    "aisles": [*STORE["aisles"], {"id": "A3", "weight": 9, "racks": [2, 4]}],
}


def test_rules_of_a_store_are_counted_from_one(desk):
    given = {
        "fixed": "P1",
        "only": "P2, A1, A2",
        "never": "P3, A3",
        "never_racks": "P1, A3, 2",
        "apart": "P1, P3",
        "blocked": "A3, 2, 3, 4",
        "masses": "P3, 40",
        "levels": "1, 20, 0.5\n2, -, 1",
        "above": "A3, 2, 1",
        "replenishments": "P2, 3",
        "dock": "A1, 3\nA2, 2\nA3, 1",
        "depots": "East, A1, 9\nEast, A2, 4\nEast, A3, 1",
        "depot_of": "K2, East",
        "sizes": "A3, 1, large",
        "needs": "P1, large, 2",
        "most_moved": "2",
    }
    answer = desk.post(f"/slotting/studies/{kept(SPREAD)}/rules/", given)
    assert answer.status_code == 302, answer.content.decode()
    made = int(answer["Location"].rstrip("/").rpartition("/")[2])
    assert json.loads(queries.instance_text(made))["rules"] == {
        "fixed": {"P1": STORE["today"]["P1"]},
        "aisles": {"P2": ["A1", "A2"]},
        "forbidden": {
            "P3": [{"aisle": "A3", "rack": 0}, {"aisle": "A3", "rack": 1}],
            "P1": [{"aisle": "A3", "rack": 1}],
        },
        "apart": [["P1", "P3"]],
        "blocked": [{"aisle": "A3", "rack": 1, "first_bin": 2, "bins": 2}],
        "masses": {"P3": 40},
        "racks": [{"aisle": "A3", "rack": 1, "level": 1}, {"aisle": "A3", "rack": 0, "bin_size": "large"}],
        "levels": [{}, {"heaviest": 20, "cost": 0.5}, {"cost": 1}],
        "replenishments": {"P2": 3},
        "dock": {"A1": 3, "A2": 2, "A3": 1},
        "depots": {"East": {"A1": 9, "A2": 4, "A3": 1}},
        "depot_of": {"K2": "East"},
        "bins_by_size": {"P1": {"large": 2}},
        "most_moved": 2,
    }
    page = desk.get(answer["Location"]).content.decode()
    for words in (
        "heavy goods near the floor",
        "picks from above cost more",
        "1 more in/out point",
        "of several sizes",
    ):
        assert words in page
    again = desk.get(f"{answer['Location']}rules/").content.decode()
    for lines in (
        "A3, 2, 3, 4",
        "1, 20, 0.5\n2, -, 1",
        "East, A1, 9\nEast, A2, 4",
        "K2, East",
        "A3, 1, large",
        "P1, large, 2",
    ):
        assert lines in again
    assert again.count('<details class="more-settings" open>') == 5
    problem, house = queries.problem_of_study(made)
    # K1 is picked from A2, K2 from A1 as seen from East; P2 is brought to A2, two from the dock, three times.
    assert queries.today_of(problem, house).travel == 10 * 5 + 1 * 9 + 3 * 2
    posted = {name: re.search(rf'name="{name}"[^>]*>\s*([^<]*)', again)[1] for name in given if name != "most_moved"}
    more = desk.post(f"{answer['Location']}rules/", posted | {"most_moved": "2"})["Location"]
    rules = [
        json.loads(queries.instance_text(int(page.rstrip("/").rpartition("/")[2])))["rules"]
        for page in (answer["Location"], more)
    ]
    assert rules[0] == rules[1]


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"only": "P1, A9"}, "only", "Line 1: there is no aisle A9 here"),
        ({"never_racks": "P1, A3"}, "never_racks", "Line 1: write with commas between: material, aisle, rack"),
        ({"never_racks": "P1, A3, 3"}, "never_racks", "Line 1: the aisle A3 has no rack 3"),
        ({"fixed": "P1, A3, 9, 1"}, "fixed", "Line 1: the aisle A3 has no rack 9"),
        ({"masses": "P1, 5\nP1, 6"}, "masses", "Line 2: P1 stands there twice"),
        ({"blocked": "A1, 1"}, "blocked", "Line 1: write with commas between: aisle, rack, first bin, last bin"),
        ({"fixed": "P9"}, "fixed", "Line 1: there is no material P9"),
        ({"replenishments": "P1, 2"}, "dock", "rules.dock"),
        ({"blocked": "\nA1, 1, 2, 9"}, "blocked", "Line 2: this rack has the bins 1 to 2"),
        ({"dock": "A1, 3\nA9, 2"}, "dock", "Line 2: there is no aisle A9 here"),
        ({"above": "A1, 2, 1"}, "above", "Line 1: the aisle A1 has no rack 2; its racks are 1 to 1"),
        ({"above": "A1, 1, 1\nA1, 1, 2"}, "above", "Line 2: A1, 1 stands there twice"),
        ({"above": "A1, 1, 0"}, "above", "Line 1: 0 must be a whole number from 1"),
        ({"levels": "1, 20"}, "levels", "level, heaviest or -, cost of a pick or -"),
        ({"levels": "1, x, -"}, "levels", "Line 1: x is no number"),
        ({"depots": "East, A1, 2\nEast, A2, 2"}, "depots", "Line 1: East needs a line for every aisle; A3 is missing"),
        ({"depot_of": "K1, West"}, "depot_of", "Line 1: there is no in/out point West"),
        ({"depot_of": "K9, West"}, "depot_of", "Line 1: there is no kit K9 here"),
        ({"sizes": "A3, 3, large"}, "sizes", "Line 1: the aisle A3 has no rack 3"),
        ({"needs": "P1, large, 2"}, "needs", "Line 1: no rack has bins of the size large"),
        ({"needs": "P1, large, 0", "sizes": "A3, 1, large"}, "needs", "Line 1: 0 must be a whole number"),
        ({"masses": "P1, 9", "levels": "0, 5, -", "fixed": "P1"}, "fixed", "P1"),
    ],
)
def test_a_rule_of_a_store_that_cannot_be_is_said_at_its_field(desk, given, field, words):
    answer = desk.post(f"/slotting/studies/{kept(SPREAD)}/rules/", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page, page
    assert words in page.split(f'id="id_{field}_error"', 1)[1]


def test_what_few_need_is_folded_until_something_stands_in_it(desk):
    page = f"/slotting/studies/{kept(SPREAD)}/rules/"
    assert desk.get(page).content.decode().count('<details class="more-settings">') == 5
    wrong = desk.post(page, {"sizes": "A3, 9, large"}).content.decode()
    assert (wrong.count('<details class="more-settings" open>'), wrong.count("<details")) == (1, 5)


def test_a_name_with_a_comma_is_told_with_tabs():
    lines = [["bolt, short", 4.5], ["nut", 5]]
    text = rule_lines.text_of(lines)
    assert text == "bolt, short\t4.5\nnut, 5"
    assert rule_lines.fixed(text, {"bolt, short", "nut"}, {}) == {"bolt, short": 4.5, "nut": 5}


def test_what_moving_few_saves_is_told_with_the_rule_to_choose(desk, deferred, monkeypatch):
    from hanmaru.central.slotting import problems

    points = [[0, 100.0, 90.0], [1, 80.0, 70.0], [2, 50.0, 40.0], [3, 40.0, 40.0]]
    monkeypatch.setattr(problems, "curve", lambda *_given: points)
    study = kept()
    page = f"/slotting/studies/{study}/"
    assert desk.post(f"{page}moves/")["Location"] == page
    assert "takes about a minute" in desk.get(page).content.decode()
    services.carry_out(deferred[-1]["search_id"])
    shown = desk.get(page).content.decode()
    assert "rules/?most_moved=2" in shown
    assert "<svg" in shown
    assert queries.search_card(deferred[-1]["search_id"]).curve[2].share == 83.3
    assert 'value="2"' in desk.get(f"{page}rules/?most_moved=2").content.decode()
    assert "Searches without a plan" not in shown
    assert desk.get(f"/slotting/searches/{deferred[-1]['search_id']}/")["Location"] == page


def test_what_moving_few_saves_needs_today_and_along_a_strip_all_of_it(company, deferred):
    some = STRIP | {"today": {"M1": 5}}
    for document in (some, *({key: one[key] for key in one if key != "today"} for one in (STORE, STRIP))):
        with pytest.raises(errors.NoCurve):
            services.start_search(kept(document), method="moves")
    assert services.has_curve(kept(STORE))


def test_what_moving_few_saves_in_bins_begins_with_what_lies_there_now(company, deferred, monkeypatch):
    from hanmaru.decide.slotting.kitting import curve

    monkeypatch.setattr(curve, "curve", lambda *_given: (curve.Point(3, 15.0, 15.0, {}),))  # a rule makes three move
    today = {"P1": {"aisle": "A2", "rack": 0, "first_bin": 0}, "P2": {"aisle": "A2", "rack": 0, "first_bin": 1}}
    today["P3"] = {"aisle": "A1", "rack": 0, "first_bin": 0}
    found = services.start_search(kept(STORE | {"today": today}), method="moves", limit_s=60)
    services.carry_out(found)
    card = queries.search_card(found)
    assert [(one.moved, one.travel) for one in card.curve] == [(0, 10 * 5 + 1 * 1), (3, 15)]
    assert (card.state, card.curve[-1].bound) == ("done", 15)


@pytest.mark.long
def test_the_real_curve_ends_where_all_may_move(company, deferred):
    found = services.start_search(kept(STRIP), method="moves", limit_s=300)
    services.carry_out(found)
    curve = queries.search_card(found).curve
    assert (curve[0].moved, curve[0].travel) == (0, 9 * 25 + 15 + 15 + 9 * 25)
    assert curve[-1].travel == 9 * 5 + 15 + 15 + 9 * 5
    assert curve[-1].share == 100
