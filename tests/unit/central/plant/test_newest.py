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


def heard(*news, tags=(1, 2), states=False, site="mill"):
    from hanmaru.central.plant.newest import Newest, Watcher

    async def whole():
        newest, watcher = Newest(), Watcher(site, frozenset(tags), states=states)
        with newest.watching(watcher):
            for one in news:
                newest.hear(one)
            async with asyncio.timeout(1):
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
            async with asyncio.timeout(1):
                return await watcher.take()

    assert asyncio.run(whole())["states"] == {"opcua": {"connected": True}}
