"""Which jobs which process does: searches for plans have one of their own, and no job is left without one."""

from contextlib import nullcontext

import pytest

from hanmaru.launch import worker
from hanmaru.launch.settings import Settings


@pytest.fixture
def begun(monkeypatch):
    """How Procrastinate was begun, instead of beginning it."""
    calls = []
    monkeypatch.setattr(worker, "call_command", lambda *names, **options: calls.append((names, options)))
    monkeypatch.setattr(worker.logs, "configure", lambda *_: None)
    monkeypatch.setattr(worker, "telling_pages", lambda _environment: nullcontext())
    return calls


def test_between_them_the_two_do_all_jobs(begun):
    from procrastinate.contrib.django import app

    worker.work(Settings())
    worker.search(Settings())
    (_names, work), (_same, search) = begun
    assert search["queues"] == ["slotting"]
    assert "slotting" not in work["queues"]
    assert {"imports", "orders"} <= set(work["queues"])
    assert {*work["queues"], *search["queues"]} == {task.queue for task in app.tasks.values()}


def test_a_search_is_asked_to_end_soon_after_its_process_is(begun):
    worker.search(Settings())
    assert begun[0][1]["shutdown_graceful_timeout"] < 1
