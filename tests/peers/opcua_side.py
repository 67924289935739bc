"""What the tests against node-opcua's server have in common: a driver beside it, and tags of its nodes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from hanmaru.floor.tag import Tag
from hanmaru.gateway.drivers.opcua.config import Config
from hanmaru.gateway.drivers.opcua.driver import OpcUa
from hanmaru.gateway.ending import ended
from hanmaru.gateway.errors import Retry
from tests.contracts.drivers.bench import tag
from tests.contracts.drivers.caught import Caught

QUICK = {"publishing": 0.05, "timeout": 5.0}


@asynccontextmanager
async def connected(url: str, folder: Path | None = None, **more: Any) -> AsyncIterator[OpcUa]:
    driver = OpcUa(Config(url=url, **{**QUICK, **more}))
    if folder is not None:
        await asyncio.to_thread(folder.mkdir, exist_ok=True)
        driver.keep_in(folder)
    try:
        await driver.connect()
        yield driver
    finally:
        await driver.close()


@asynccontextmanager
async def running(driver: OpcUa, tags: Sequence[Tag], sink: Caught) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(driver.run(tags, sink))
    try:
        yield task
    finally:
        assert not await ended({task}, 60)


async def until(sink: Caught, task: asyncio.Task[None], holds: Any, seconds: float = 60) -> None:
    """Wait until it holds; raise what ended the driver if it ends before."""
    waiting = asyncio.create_task(sink.until(holds, seconds))
    await asyncio.wait({waiting, task}, return_when=asyncio.FIRST_COMPLETED)
    if task.done() and not waiting.done():
        waiting.cancel()
        task.result()
        raise AssertionError("run ended by itself")
    await waiting


async def again(driver: OpcUa, seconds: float = 120) -> None:
    """Connect as the session does, until the device is back."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                return await driver.connect()
            except Retry:
                await asyncio.sleep(0.1)


def bulk(count: int, **more: Any) -> list[Tag]:
    return [tag(1000 + number, f"ns=1;s=Bulk{number}", **more) for number in range(count)]


def numbers(sink: Caught, tag_id: int) -> list[float | None]:
    return [one.number for one in sink.of(tag_id)]
