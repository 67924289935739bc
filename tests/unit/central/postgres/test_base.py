"""A kept connection is known to stand without a question, and known to be gone after its server's farewell."""

import select
from typing import Any

import pytest


@pytest.fixture
def kept(db: None) -> Any:
    """A connection of our own, as a web thread keeps one."""
    from django.db import connection

    mine = connection.copy()
    mine.connect()
    yield mine
    mine.close()


def _await_word(connection: Any) -> None:
    """Wait until the server has sent something."""
    line = select.poll()
    line.register(connection.connection.fileno(), select.POLLIN)
    assert line.poll(10_000), "the server sent nothing"


def test_a_standing_connection_is_usable_and_nothing_is_asked(kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept.connection, "cursor", pytest.fail)
    assert kept.is_usable()


def test_a_connection_that_the_server_ended_is_not_usable(kept: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [kept.connection.info.backend_pid])
    _await_word(kept)
    assert not kept.is_usable()


def test_a_mere_notice_does_not_end_a_connection(kept: Any) -> None:
    other = kept.copy()
    with kept.cursor() as cursor:
        cursor.execute("LISTEN news")
    with other.cursor() as cursor:
        cursor.execute("NOTIFY news")
    other.close()
    _await_word(kept)
    assert kept.is_usable()


def test_what_was_closed_here_is_not_usable(kept: Any) -> None:
    kept.connection.close()
    assert not kept.is_usable()
