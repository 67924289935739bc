"""Tests of one group run in one process: browser tests share one cold start of the whole system."""

import copy
from types import SimpleNamespace

import pytest
from xdist.remote import WorkerInteractor


def test_groups_are_seen_by_who_hands_tests_out(request: pytest.FixtureRequest) -> None:
    """pytest-xdist writes the group behind the id of a test; where pytest keeps ids elsewhere, nobody complains."""
    request.node.add_marker(pytest.mark.xdist_group("one"))
    item = copy.copy(request.node)
    by_groups = SimpleNamespace(getvalue=lambda _option: True)
    WorkerInteractor.pytest_collection_modifyitems(None, by_groups, [item])
    assert item.nodeid == f"{request.node.nodeid}@one"
