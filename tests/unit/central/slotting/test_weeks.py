"""A week of the plan week by week accepted: its moves alone, in order, once."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hanmaru.central.slotting import errors, moves, queries, services
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock.services import PlaceKind, create_place, create_rack
from hanmaru.decide.slotting.kitting.reslot import Labour
from tests.unit.central.slotting.plant import STORE, STRIP

pytestmark = pytest.mark.django_db
ROOMY = STORE | {"aisles": [*STORE["aisles"], {"id": "A3", "weight": 9, "racks": [2]}]}
LABOUR = Labour(per_move=2.0, per_bin=0.0, moves_a_week=1, weeks=10)
QUERY = "per_move=2&moves_a_week=1&weeks=10&days=7"


@pytest.fixture
def desk(company, client_of):
    company.user.language = "en"
    company.user.save()
    return client_of(company)


def told(relocation):
    return [
        (one.sequence, one.material, one.from_words, one.to_words, one.aside) for one in queries.tasks_of(relocation)
    ]


def carried(relocation):
    for task in queries.tasks_of(relocation, done=False):
        services.do_task(task.id)


def test_a_week_has_its_moves_alone_and_is_accepted_once(searched):
    found = searched(ROOMY)
    weeks = queries.weeks_of(queries.weekly(found, LABOUR)).weeks
    assert [len(week.moves) for week in weeks] == [1, 1, 1]
    assert [week.is_next for week in weeks] == [True, False, False]
    with pytest.raises(errors.WeekTooEarly):
        services.accept_week(found, 2, LABOUR)
    first = services.accept_week(found, 1, LABOUR)
    move = weeks[0].moves[0]
    assert told(first) == [(1, move.material, move.from_words, move.to_words, move.aside)]
    assert services.accept_week(found, 1, LABOUR) == services.accept_week(found, 1) == first
    assert len(queries.relocations()) == 1
    with pytest.raises(errors.WeekTooEarly):
        services.accept_week(found, 2, LABOUR)
    carried(first)
    assert services.accept_week(found, 1) == first
    second = services.accept_week(found, 2)
    assert [one[1] for one in told(second)] == [weeks[1].moves[0].material]
    with pytest.raises(errors.NoSuchWeek):
        services.accept_week(found, 4)


def test_once_a_week_is_accepted_the_weeks_stand(searched):
    found = searched(ROOMY)
    services.accept_week(found, 1, LABOUR)
    other = Labour(per_move=3.0, per_bin=0.0, moves_a_week=9, weeks=10)
    assert queries.weekly(found, other).labour == LABOUR
    with pytest.raises(errors.WeeksStand):
        services.accept_week(found, 1, other)


def test_a_week_called_off_goes_on_with_what_is_left(searched):
    found = searched(ROOMY)
    both = Labour(per_move=2.0, per_bin=0.0, moves_a_week=2, weeks=10)
    services.call_off(services.accept_week(found, 1, LABOUR))
    first = services.accept_week(found, 1, both)  # nothing was moved: other figures are as good
    before = told(first)
    services.do_task(queries.tasks_of(first)[0].id)
    services.call_off(first)
    again = services.accept_week(found, 1, both)
    assert told(again) == before[1:]
    carried(again)
    assert queries.relocation_card(again).state == "done"


def test_what_weeks_have_moved_is_not_moved_again_with_the_whole_plan(searched):
    found = searched(ROOMY)
    one = queries.weekly(found, LABOUR)
    carried(services.accept_week(found, 1, LABOUR))
    whole = told(services.accept_plan(found))
    moved = one.found.moves[0].material
    assert [row[1] for row in whole].count(moved) == (one.after(1)[moved] != one.plan.places[moved])


def test_a_strip_has_no_weeks(searched):
    with pytest.raises(errors.NoWeeks):
        services.accept_week(searched(STRIP), 1, LABOUR)
    with pytest.raises(errors.UnknownStudy):
        services.accept_week(99, 1, LABOUR)


def test_the_page_accepts_a_week_and_tells_what_stands(desk, searched):
    found = searched(ROOMY)
    page = f"/slotting/searches/{found}/weeks/"
    shown = desk.get(f"{page}?{QUERY}").content.decode()
    assert shown.count("Accept this week") == 1
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown.split("/weeks/1/accept/", 1)[1]))
    answer = desk.post(f"{page}1/accept/", hidden)
    relocation = int(answer["Location"].rstrip("/").rpartition("/")[2])
    assert queries.weekly(found).labour == LABOUR
    assert f"Week 1 of plan {found}" in desk.get(answer["Location"]).content.decode()
    assert desk.post(f"{page}1/accept/", hidden)["Location"] == answer["Location"]
    for path in (page, answer["Location"]):
        with CaptureQueriesContext(connection) as asked:
            shown = desk.get(path).content.decode()
        statements = [one["sql"] for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]
        assert len(statements) <= 12, f"{path} asks {len(statements)} times:\n" + "\n".join(statements)
    shown = desk.get(page).content.decode()
    assert "so they stand" in shown
    assert "Accept this week" not in shown
    carried(relocation)
    assert "/weeks/2/accept/" in desk.get(page).content.decode()
    assert len(queries.relocations()) == 1


def test_the_api_accepts_a_week(company, client, searched):
    from hanmaru.central.companies.services import issue_token

    headers = {"Authorization": f"Bearer {issue_token('planner', ['slotting:write'])}"}
    found, body = searched(ROOMY), {"per_move": 2, "moves_a_week": 1, "weeks": 10}
    address = f"/api/v1/slotting/searches/{found}/weeks"
    weeks = client.get(address, body, headers=headers).json()
    assert ([len(one["moves"]) for one in weeks["weeks"]], weeks["stand"]) == ([1, 1, 1], False)
    first, again = (
        client.post(
            f"{address}/1/accept", json.dumps(body), "application/json", headers=headers | {"Idempotency-Key": key}
        )
        for key in ("a", "b")
    )
    assert (first.status_code, first.json()["week"], first.json()["tasks"]) == (201, 1, 1)
    assert again.json()["id"] == first.json()["id"]
    weeks = client.get(address, headers=headers).json()
    assert (weeks["stand"], weeks["weeks"][0]["relocation"]) == (True, first.json()["id"])


@pytest.fixture
def house(company, new_variant, stocked):
    """Two near bins and three far ones; what is fetched often lies far."""
    zone = create_place("Z", PlaceKind.ZONE)
    near = create_rack("N", parent=zone, levels=1, bins=2, walk_order=1)
    far = create_rack("F", parent=zone, levels=1, bins=3, walk_order=10)
    variants = [new_variant(name) for name in "ABC"]
    for variant, place in zip(variants, (*far[:2], near[0]), strict=True):
        stocked(variant, place, 4)
    return {"bins": [*near, *far], "variants": variants}


def test_of_a_study_from_stock_a_week_is_carried_in_the_ledger(house, solver, deferred):
    from django.utils import timezone

    from hanmaru.central.orders.models import Order, OrderLine

    for number in range(6):
        order = Order.objects.create(number=f"O{number}", channel="clerk", state="confirmed", placed_at=timezone.now())
        for line, variant in enumerate(house["variants"][: 2 if number else 3], 1):
            OrderLine.objects.create(order=order, line_no=line, variant_id=variant, quantity=1)
    found = services.start_search(services.study_from_stock(services.Wish(name="house")))
    services.carry_out(found)
    labour = Labour(0.0, 0.0, 1, 50, 7 / queries.days_of(found))
    one = queries.weekly(found, labour)
    assert one.last >= 2
    assert len(queries.lying_of(found, one.problem, one.house)) == 3
    for week in range(1, one.last + 1):
        relocation = services.accept_week(found, week, labour)
        (task,) = queries.tasks_of(relocation)
        services.do_task(task.id)
        lying = {row.place for row in stock.balances_in(house["bins"]) if row.variant in house["variants"]}
        assert len(lying) == 3
    targets = moves.targets_of(one.after(one.last), one.problem, moves.house_bins(one.house))
    lying = {row.variant: row.place for row in stock.balances_in(house["bins"])}
    assert {key: [lying[variant] for variant in one.house["variants"][key]] for key in targets} == targets
