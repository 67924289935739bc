"""A search from beginning to end: begun, told, stopped, broken off, refused."""

import json
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from hanmaru.central.slotting import errors, queries, services
from hanmaru.central.slotting.models import Search
from hanmaru.central.slotting.services import searches
from hanmaru.decide.slotting.check.bulk import check_bulk
from hanmaru.kernel.errors import HanmaruError
from tests.unit.central.slotting.plant import STORE, STRIP, until_stopped

pytestmark = pytest.mark.django_db


def test_a_search_keeps_its_plan_and_how_it_came(searched, deferred):
    found = queries.search_card(searched(STRIP, method="exact", limit_s=30, seed=4))
    assert (found.state, found.optimal, found.best, found.gap) == ("done", True, 120.0, 0.0)
    assert [best for _at, best, _bound in found.history] == [130.0, 130.0, 120.0, 120.0]
    plan = json.loads(queries.plan_text(found.id))
    assert plan["method"] == "exact"
    assert plan["seed"] == 4
    assert check_bulk(STRIP, plan).ok
    assert deferred[-1]["search_id"] == found.id


def test_a_search_that_is_stopped_keeps_the_best(company, solver, deferred):
    solver(until_stopped)
    study = services.study_from_file("store", json.dumps(STORE).encode())
    found = services.start_search(study, limit_s=3600)
    asked = threading.Event()
    services.carry_out(found, asked_to_end=lambda: asked.is_set() or asked.set() or False)
    card = queries.search_card(found)
    assert (card.state, card.has_plan) == ("stopped", True)


def test_the_button_stops_a_search_under_way(company, solver, deferred, monkeypatch):
    def pressed(problem, watch, seed, method):
        return until_stopped(problem, watch, seed, method)

    solver(pressed)
    found = services.start_search(services.study_from_file("store", json.dumps(STORE).encode()), limit_s=3600)
    looks = []

    def look():
        looks.append(1)
        if len(looks) == 1:
            services.stop_search(found)
        return False

    services.carry_out(found, look)
    assert queries.search_card(found).state == "stopped"
    assert len(looks) == 2, "the look after the button ended it"


def test_one_that_waits_is_stopped_before_it_begins(company, solver, deferred):
    found = services.start_search(services.study_from_file("strip", json.dumps(STRIP).encode()))
    services.stop_search(found)
    services.carry_out(found)
    card = queries.search_card(found)
    assert (card.state, card.has_plan, card.best) == ("stopped", False, None)
    with pytest.raises(errors.NoPlan):
        queries.plan_text(found)


def test_a_search_whose_process_died_is_told_and_begun_again(company, solver, deferred):
    found = services.start_search(services.study_from_file("strip", json.dumps(STRIP).encode()), limit_s=7, seed=3)
    long_ago = timezone.now() - 2 * searches.SILENT
    Search.objects.filter(pk=found).update(state="running", seen_at=long_ago)
    assert queries.search_card(found).state == "lost"
    second = services.search_again(found)
    services.carry_out(second)
    assert Search.objects.get(pk=found).state == "lost"
    again = queries.search_card(second)
    assert (again.state, again.limit_s, again.seed) == ("done", 7, 3)


def test_one_that_gives_signs_of_life_is_not_given_up(company, solver, deferred):
    found = services.start_search(services.study_from_file("strip", json.dumps(STRIP).encode()))
    Search.objects.filter(pk=found).update(state="running", seen_at=timezone.now() - timedelta(seconds=2))
    assert queries.search_card(found).state == "running"


def test_what_refuses_the_instance_is_kept_as_a_sentence(company, solver, deferred):
    class NotToday(HanmaruError):
        message = "Not today: %(why)s"

    def refuse(problem, watch, seed, method):
        raise NotToday(why="rain")

    solver(refuse)
    found = services.start_search(services.study_from_file("strip", json.dumps(STRIP).encode()))
    services.carry_out(found)
    card = queries.search_card(found)
    assert (card.state, card.failure) == ("failed", "Not today: rain")


def test_a_fault_of_ours_is_kept_and_told_to_the_log(company, solver, deferred):
    def break_down(problem, watch, seed, method):
        raise ZeroDivisionError

    solver(break_down)
    found = services.start_search(services.study_from_file("strip", json.dumps(STRIP).encode()))
    with pytest.raises(ZeroDivisionError):
        services.carry_out(found)
    assert queries.search_card(found).state == "failed"


@pytest.mark.parametrize(
    ("options", "error"),
    [({"method": "magic"}, errors.UnknownMethod), ({"limit_s": 0}, errors.LimitWrong)],
)
def test_a_search_that_cannot_be_is_refused(company, solver, deferred, options, error):
    study = services.study_from_file("strip", json.dumps(STRIP).encode())
    with pytest.raises(error):
        services.start_search(study, **options)
    assert deferred == []


def test_only_so_many_search_at_once(company, solver, deferred):
    study = services.study_from_file("strip", json.dumps(STRIP).encode())
    for _ in range(searches.MOST_AT_ONCE):
        services.start_search(study)
    with pytest.raises(errors.StillSearching):
        services.start_search(study)


def test_the_trail_tells_of_a_search_without_its_figures(searched):
    from hanmaru.central.companies.models import AuditEntry

    searched(STRIP)
    told = [entry.changes for entry in AuditEntry.objects.filter(table_name="slotting_search")]
    assert told
    assert all({"plan", "history", "best"}.isdisjoint(one) for one in told)
