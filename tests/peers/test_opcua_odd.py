"""Odd OPC UA servers: slow ones, one whose clock is wrong, one with 50,000 nodes, one that stops to answer."""

import asyncio
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from hanmaru.gateway.drivers.opcua.config import Config
from hanmaru.gateway.drivers.opcua.driver import OpcUa
from hanmaru.gateway.errors import Retry
from tests.contracts.drivers.bench import tag
from tests.contracts.drivers.caught import Caught
from tests.peers.line import Line
from tests.peers.opcua_side import bulk, connected, running, until
from tests.peers.peer import Peer, shared

MANY = 50_000


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 280))


def test_a_slow_server_is_waited_for_as_long_as_the_setting_says() -> None:
    """A second stands for the thirty that a slow device takes: what counts is on which side of `timeout` it lies."""
    server = shared("opcua_server.js", bulk=1000)

    async def work() -> None:
        line = Line(server.at["port"])
        await line.mend()
        url = f"opc.tcp://127.0.0.1:{line.port}/peer"
        try:
            line.delay = 0.5
            hasty, begun = OpcUa(Config(url=url, timeout=0.2)), time.monotonic()
            with pytest.raises(Retry, match="in time"):
                await hasty.connect()
            assert time.monotonic() - begun < 9  # the default of the setting is ten
            await hasty.close()
            sink = Caught()
            async with connected(url, timeout=30.0) as driver, running(driver, [tag(1, "ns=1;s=Number")], sink) as task:
                await until(sink, task, lambda: bool(sink.all), 60)
        finally:
            await line.cut()

    run(work())


def test_a_server_that_stops_to_answer_is_noticed() -> None:
    server = shared("opcua_server.js", bulk=1000)

    async def work() -> None:
        line, sink = Line(server.at["port"]), Caught()
        await line.mend()
        url = f"opc.tcp://127.0.0.1:{line.port}/peer"
        try:
            async with connected(url, timeout=1.0) as driver, running(driver, [tag(1, "ns=1;s=Number")], sink) as task:
                await until(sink, task, lambda: bool(sink.all))
                line.hang()
                with pytest.raises(Retry, match="said nothing"):
                    await asyncio.wait_for(task, 60)  # five seconds for a sign of life, and what it was late
        finally:
            line.release()
            await line.cut()

    run(work())


@pytest.mark.long
def test_a_clock_an_hour_off_is_told_and_both_times_are_kept(tmp_path: Path) -> None:
    with Peer("opcua_server.js", folder=str(tmp_path), clock=3600) as peer:

        async def work() -> None:
            sink = Caught()
            async with connected(peer.at["url"]) as driver, running(driver, [tag(1, "ns=1;s=Number")], sink) as task:
                peer.ask(set="Number", value=5)
                await until(sink, task, lambda: any(one.number == 5 for one in sink.all))
                (reading, *_) = [one for one in sink.all if one.number == 5]
                assert 3500 < (reading.source_time - reading.receive_time).total_seconds() < 3700
                skew = driver.health().skew
                assert skew is not None
                assert 3500 < skew < 3700

        run(work())


@pytest.mark.long
def test_a_server_with_fifty_thousand_nodes_is_browsed_and_watched(tmp_path: Path) -> None:
    with Peer("opcua_server.js", folder=str(tmp_path), bulk=MANY) as peer:

        async def work() -> None:
            async with connected(peer.at["url"], timeout=60.0) as driver:
                begun = time.monotonic()
                assert len(await driver.browse()) < 10
                assert time.monotonic() - begun < 10  # the root is there at once
                nodes = await driver.browse("ns=1;s=Bulk")
                assert len({node.address for node in nodes}) == MANY
                assert {node.type for node in nodes} == {"number"}
            async with connected(peer.at["url"], timeout=60.0, browse_most=2000) as driver:
                few = await driver.browse("ns=1;s=Bulk")
                assert len(few) == 2001
                assert "more than" in few[-1].description
            sink, tags = Caught(), bulk(MANY, sampling=0)
            async with connected(peer.at["url"], timeout=60.0, publishing=0.5) as driver:
                async with running(driver, tags, sink) as task:
                    await until(sink, task, lambda: len(sink.all) >= MANY, 200)
                assert {one.tag for one in sink.all} == {one.id for one in tags}
                assert driver.health().extra["watched"] == MANY

        run(work())
