"""A connection for each test of streams, over every implementation."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from hanmaru.bus.memory_streams import MemoryStreams
from hanmaru.bus.nats_streams import NatsStreams
from hanmaru.bus.streams import Streams

REDELIVERED = 2.0  # seconds, instead of a minute; less, and a busy machine alone is too late

Story = Callable[[Streams], Awaitable[None]]
Play = Callable[[Story], None]


@pytest.fixture(params=["memory", "nats"])
def play(request: pytest.FixtureRequest) -> Play:
    """Run a test's story with a connection that ends with it."""
    url = "" if request.param == "memory" else request.getfixturevalue("nats_url")

    async def played(story: Story) -> None:
        made: Callable[..., Streams] = partial(NatsStreams, url) if url else MemoryStreams
        streams = made(redeliver_after=REDELIVERED)
        try:
            async with asyncio.timeout(60):
                await story(streams)
        finally:
            await streams.close()

    return lambda story: asyncio.run(played(story))
