"""Studies searched by a small solver in the place of ours."""

import json

import pytest

from tests.unit.central.slotting.plant import small_solver


@pytest.fixture
def solver(monkeypatch):
    """Who solves in this test: call it with another solver to change it."""
    from hanmaru.central.slotting import problems

    def use(solve):
        monkeypatch.setattr(problems, "solve", solve)

    use(small_solver)
    return use


@pytest.fixture
def deferred(monkeypatch):
    """The jobs that were put off, newest last."""
    from hanmaru.central.slotting import tasks

    jobs = []
    monkeypatch.setattr(tasks.search_plan, "defer", lambda **given: jobs.append(given))
    return jobs


@pytest.fixture
def searched(company, solver, deferred):
    """Make a study of a document, search at once, and answer the id of the search."""
    from hanmaru.central.slotting import services

    def search(document, **options):
        found = services.start_search(services.study_from_file("study", json.dumps(document).encode()), **options)
        services.carry_out(found)
        return found

    return search
