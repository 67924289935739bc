"""Today: the work that waits for this person, the day's figures, the first steps of a fresh company."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from hanmaru.central.companies.services import Role, invite
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.orders.queries import Channel
from hanmaru.central.orders.services import LineWanted, place_order, reserve_order
from hanmaru.central.warehouse.queries import work
from hanmaru.central.warehouse.services import announce_delivery, receive
from hanmaru.central.web.navigation import DESTINATIONS
from hanmaru.central.web.today import Task, first_steps, tasks_for

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def told(membership: Any) -> dict[str, int]:
    return {task.route + task.query: task.count for task in tasks_for(membership, work())}


@pytest.fixture
def worked(company: Any, new_variant: Callable[..., int], bins: list[int], stocked: Callable[..., None]) -> Any:
    """A company in which something of most kinds waits."""
    ring, shoe = new_variant(), new_variant()
    stocked(ring, bins[0], 5)
    delivery = announce_delivery({ring: 10, shoe: 2})
    receive(delivery, ring, 3)
    place_order([LineWanted(variant=ring, quantity=1)], channel=Channel.CLERK, confirmed=False)
    place_order([LineWanted(variant=ring, quantity=1)], channel=Channel.CLERK)
    reserve_order(place_order([LineWanted(variant=ring, quantity=1)], channel=Channel.CLERK))
    reserve_order(place_order([LineWanted(variant=shoe, quantity=1)], channel=Channel.CLERK))
    return company


def test_every_destination_and_task_leads_somewhere(worked: Any) -> None:
    for place in DESTINATIONS:
        assert reverse(place.route)
    for task in tasks_for(worked, work()):
        assert task.href.startswith("/")


def test_a_task_without_a_page_is_an_error() -> None:
    with pytest.raises(NoReverseMatch):
        _ = Task("x", "nowhere", "sun", 1, "", None).href  # type: ignore[arg-type]


def test_it_counts_what_waits(worked: Any) -> None:
    assert told(worked) == {
        "warehouse:choose_delivery": 1,
        "warehouse:put_away": 3,
        "orders:list?state=draft": 1,
        "orders:list?state=confirmed": 1,
        "orders:list?waiting": 1,
        "warehouse:new_pick_list": 1,
    }


def test_people_see_only_what_they_may_do(worked: Any) -> None:
    worked.roles = [Role.WAREHOUSE]
    assert "warehouse:put_away" in told(worked)
    assert "orders:list?state=draft" not in told(worked)
    worked.roles = [Role.OPERATOR]
    assert told(worked) == {}


def test_another_company_sees_none_of_it(worked: Any, other_company: Any) -> None:
    with acting(company_id=other_company.company_id, user_id=other_company.user_id):
        assert told(other_company) == {}


def test_the_page_asks_little_of_the_database(worked: Any, client_of: Callable[[Any], Any]) -> None:
    client = client_of(worked)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/today/")
    assert answer.status_code == 200
    assert len(queries) <= MOST_QUERIES, [query["sql"][:100] for query in queries]


def test_a_fresh_company_is_led_through_its_first_steps(company: Any, client_of: Callable[[Any], Any]) -> None:
    page = client_of(company).get("/today/").content.decode()
    assert 'class="checklist' in page
    assert reverse("catalog:new") in page


def test_a_step_that_was_taken_is_done_and_the_list_goes_when_all_are(
    worked: Any, new_variant: Callable[..., int]
) -> None:
    done = {step.route: step.done for step in first_steps(worked, work())}
    assert done["catalog:new"]
    assert done["stock:places"]
    assert done["warehouse:home"]
    assert not done["companies:order_page"]
    invite(roles=[Role.WAREHOUSE])
    assert next(step.done for step in first_steps(worked, work()) if step.route == "companies:invite")
    wanted = [LineWanted(variant=new_variant(), quantity=1)]
    place_order(wanted, channel=Channel.ORDER_PAGE, external_id="basket-1")
    assert first_steps(worked, work()) == []


def test_nobody_but_owners_is_asked_to_set_the_company_up(company: Any) -> None:
    company.roles = [Role.WAREHOUSE]
    assert first_steps(company, work()) == []
