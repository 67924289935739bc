"""A page hears the newest value of what it looks at, and of nothing else."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

from hanmaru.bus.streams import News
from hanmaru.floor.reading import Reading, batch_of, encode

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def told(*readings, site="mill", source="opcua"):
    return News(f"floor.{site}.readings.{source}", encode(batch_of(readings)))


def at(tag, seconds, number=None, **more):
    when = NOON + timedelta(seconds=seconds)
    return Reading(tag=tag, source_time=when, receive_time=when, number=number, **more)


def looking(newest, *, tags=(1,), states=False):
    """What a page that begins to look now is told at once."""
    from hanmaru.central.plant.newest import Watcher

    async def whole():
        with newest.watching(Watcher("mill", frozenset(tags), states=states)) as watcher:
            async with asyncio.timeout(60):
                newest.hear(told(at(1, 99, 1.0)))
                return await watcher.take()

    return asyncio.run(whole())


def heard(*news, tags=(1, 2), states=False, site="mill"):
    from hanmaru.central.plant.newest import Newest, Watcher

    async def whole():
        newest, watcher = Newest(), Watcher(site, frozenset(tags), states=states)
        with newest.watching(watcher):
            for one in news:
                newest.hear(one)
            async with asyncio.timeout(60):
                return await watcher.take()

    return asyncio.run(whole())


def test_the_newest_of_a_batch_and_of_several_is_told():
    found = heard(told(at(1, 1, 10.0), at(1, 3, 30.0), at(1, 2, 20.0)), told(at(2, 1, 5.0)))
    assert {tag: value[1] for tag, value in found["values"].items()} == {1: 30.0, 2: 5.0}


def test_a_late_reading_does_not_take_the_place_of_a_newer_one():
    found = heard(told(at(1, 60, 10.0)), told(at(1, 0, 99.0)))
    assert found["values"][1][:2] == ((NOON + timedelta(seconds=60)).timestamp() * 1000, 10.0)


def test_other_tags_and_other_sites_are_not_told():
    found = heard(told(at(7, 1, 1.0)), told(at(1, 1, 1.0), site="elsewhere"), told(at(1, 2, 2.0)))
    assert found["values"] == {1: ((NOON + timedelta(seconds=2)).timestamp() * 1000, 2.0, 0)}


def test_what_json_has_no_number_for_is_told_in_words():
    found = heard(told(at(1, 1, float("nan")), at(2, 1, float("-inf"))))
    assert [found["values"][tag][1] for tag in (1, 2)] == ["nan", "-inf"]
    assert json.dumps(found["values"], allow_nan=False)


def test_bytes_that_are_no_batch_are_passed_over():
    found = heard(News("floor.mill.readings.opcua", b"\x00nonsense"), told(at(1, 1, 1.0)))
    assert list(found["values"]) == [1]


def test_how_connections_fare_is_told_to_who_asks_also_what_was_told_before():
    from hanmaru.central.plant.newest import Newest, Watcher

    async def whole():
        newest = Newest()
        newest.hear(News("floor.mill.states.opcua", b'{"connected": true}'))
        newest.hear(News("floor.mill.states.bad", b"{"))
        watcher = Watcher("mill", frozenset(), states=True)
        with newest.watching(watcher):
            async with asyncio.timeout(60):
                return await watcher.take()

    assert asyncio.run(whole())["states"] == {"opcua": {"connected": True}}


def test_a_connection_that_has_fallen_silent_is_not_told_as_running(monkeypatch):
    from hanmaru.central.plant import newest

    clock = [1000.0]
    monkeypatch.setattr(newest.time, "monotonic", lambda: clock[0])
    hub = newest.Newest()
    hub.hear(News("floor.mill.states.gone", b'{"state": "running"}'))
    clock[0] += newest.SILENT + 1
    hub.hear(News("floor.mill.states.here", b'{"state": "running"}'))
    assert list(looking(hub, states=True)["states"]) == ["here"]


def test_what_no_page_could_read_in_a_state_is_left_out():
    from hanmaru.central.plant.newest import Newest

    hub = Newest()
    hub.hear(News("floor.mill.states.odd", b'{"rate": NaN, "skew": Infinity}'))
    for data in (b"[]", b"null", b"[" * 100_000):
        hub.hear(News("floor.mill.states.none", data))
    assert looking(hub, states=True)["states"] == {"odd": {"rate": None, "skew": None}}


def test_a_year_that_python_has_none_for_does_not_end_the_hearing():
    import pyarrow as pa

    from hanmaru.floor.reading import SCHEMA

    columns = [[1, 1], [2**62, 0], [0, 0], [5.0, 6.0], [None, None], [0, 0]]
    batch = pa.record_batch([pa.array(one, field.type) for one, field in zip(columns, SCHEMA, strict=True)], SCHEMA)
    found = heard(News("floor.mill.readings.odd", encode(batch)))
    assert found["values"] == {1: (2**62 / 1000, 5.0, 0)}


def test_a_clock_that_was_ahead_and_was_set_right_is_forgotten_with_the_page():
    from hanmaru.central.plant.newest import Newest

    hub = Newest()
    asyncio.run(_look_once(hub, told(at(1, 86_400, 9.0))))
    assert looking(hub)["values"][1][1] == 1.0


async def _look_once(hub, news):
    from hanmaru.central.plant.newest import Watcher

    with hub.watching(Watcher("mill", frozenset({1}), states=False)) as watcher:
        hub.hear(news)
        await watcher.take()
