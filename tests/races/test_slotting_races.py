"""Races on accepting a plan: eight threads start together on a barrier. One set of errands comes of it, told to all.

The negative control looks whether the plan was accepted and then writes, with nothing in the tables to forbid a second.
"""

import json

import pytest

from tests.races.threads import THREADS, of_kind, together
from tests.unit.central.slotting.plant import STORE, small_solver

pytestmark = pytest.mark.django_db(transaction=True)
ROOMY = STORE | {"aisles": [*STORE["aisles"], {"id": "A3", "weight": 9, "racks": [2]}]}
ROUNDS = 4


@pytest.fixture
def searched(company, monkeypatch):
    """Make a study and search at once; call it for the id of the search."""
    from hanmaru.central.slotting import problems, services, tasks

    monkeypatch.setattr(problems, "solve", small_solver)
    monkeypatch.setattr(tasks.search_plan, "defer", lambda **_job: None)

    def search():
        found = services.start_search(services.study_from_file("store", json.dumps(ROOMY).encode()))
        services.carry_out(found)
        return found

    return search


def errands_of(search):
    """Number and material of every errand that came of a search, whichever relocation it is in."""
    from hanmaru.central.slotting.models import RelocationTask

    return list(
        RelocationTask.objects.filter(relocation__search=search)
        .order_by("sequence", "pk")
        .values_list("sequence", "material")
    )


def test_control_a_look_before_the_write_accepts_twice(company, searched):
    from hanmaru.central.slotting.models import Relocation, RelocationTask

    twice = 0
    for _round in range(ROUNDS):
        search = searched()

        def naive(_number, search=search):
            if not Relocation.objects.filter(search_id=search).exists():
                made = Relocation.objects.create(search_id=search, state="cancelled")
                RelocationTask.objects.create(relocation=made, sequence=1, material="P1")

        together(company, naive)
        twice += len(errands_of(search)) > 1
    assert twice, "the control must accept twice, or these tests see nothing"


def test_a_plan_accepted_from_everywhere_is_one_set_of_errands(company, searched):
    from hanmaru.central.slotting import services

    for _round in range(ROUNDS):
        search = searched()
        answers = together(company, lambda _number, search=search: services.accept_plan(search))
        assert of_kind(answers, int) == THREADS, answers
        assert len(set(answers)) == 1
        found = errands_of(search)
        assert found
        assert [number for number, _material in found] == list(range(1, len(found) + 1))
        services.call_off(answers[0])


def test_a_week_accepted_from_everywhere_is_one_set_of_errands(company, searched):
    from hanmaru.central.slotting import queries, services
    from hanmaru.decide.slotting.kitting.reslot import Labour

    labour = Labour(per_move=2.0, per_bin=0.0, moves_a_week=1, weeks=10)
    for _round in range(ROUNDS):
        search = searched()
        answers = together(company, lambda _number, search=search: services.accept_week(search, 1, labour))
        assert of_kind(answers, int) == THREADS, answers
        assert len(set(answers)) == 1
        (move,) = (one for one in queries.weekly(search).found.moves if one.week == 0)
        assert errands_of(search) == [(1, move.material)]
        services.call_off(answers[0])


def test_of_two_plans_accepted_at_once_one_is_carried_out_and_the_other_is_told_why(company, searched):
    from hanmaru.central.slotting import services
    from hanmaru.central.slotting.errors import RelocationOpen

    for _round in range(ROUNDS):
        plans = [searched(), searched()]
        answers = together(company, lambda number, plans=plans: services.accept_plan(plans[number % 2]))
        assert (of_kind(answers, int), of_kind(answers, RelocationOpen)) == (THREADS // 2, THREADS // 2), answers
        carried = {answer for answer in answers if isinstance(answer, int)}
        assert len(carried) == 1
        assert [bool(errands_of(plan)) for plan in plans].count(True) == 1
        services.call_off(carried.pop())
