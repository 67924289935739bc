"""The floor's own streams, as `hanmaru up` makes them."""

import asyncio

import pytest

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.floor_streams import EVENTS, HISTORIAN, READINGS, floor_streams, make_floor_streams
from hanmaru.bus.streams import NoRoom
from hanmaru.floor import subjects


@pytest.mark.parametrize("kind", ["memory", "nats"])
def test_readings_sent_before_the_historian_runs_wait_for_it(kind: str, request: pytest.FixtureRequest) -> None:
    url = "memory:" if kind == "memory" else request.getfixturevalue("nats_url")

    async def story() -> None:
        streams = connect_streams(url)
        await make_floor_streams(streams, 64)
        await make_floor_streams(streams, 128)  # again at every start, with other bounds
        stored = await streams.append(subjects.readings("seongsu", "press-1"), b"batch", message_id="press-1:1:1")
        assert stored.stream == READINGS
        told = await streams.append(subjects.events("seongsu", "press-1"), b"{}", message_id="press-1:1:e1")
        assert told.stream == EVENTS
        historian = await streams.consumer(READINGS, HISTORIAN)
        batch = await historian.pull(10, 5)
        assert [one.data for one in batch] == [b"batch"]
        await historian.acknowledge(batch)
        assert await historian.pending() == 0
        await streams.close()

    asyncio.run(story())


def test_more_than_the_disk_holds_is_told_with_the_remedy(nats_url: str) -> None:
    async def story() -> None:
        streams = connect_streams(nats_url)
        try:
            with pytest.raises(NoRoom, match="HANMARU_BUS_READINGS_MB"):
                await streams.ensure(floor_streams(10**9)[0])  # a petabyte
        finally:
            await streams.close()

    asyncio.run(story())
