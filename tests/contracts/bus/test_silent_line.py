"""A line that falls silent is given up by the kernel: nats-py must use our transport, and every socket be told."""

import asyncio
import socket

import pytest
from structlog.testing import capture_logs

from hanmaru.bus.nats_line import GIVE_UP, OPTION, Line
from hanmaru.bus.nats_streams import NatsStreams


@pytest.mark.skipif(OPTION is None, reason="this system does not let a program say when to give a line up")
def test_every_connection_is_told_when_to_give_up(nats_url: str) -> None:
    async def work() -> list[int]:
        streams = NatsStreams(nats_url)
        client = streams._link.client
        found = []
        for _connection in range(2):
            await streams._link.ready(30)
            assert isinstance(client._transport, Line)
            assert client._transport._io_writer
            plug: socket.socket = client._transport._io_writer.get_extra_info("socket")
            assert OPTION is not None
            found.append(plug.getsockopt(socket.IPPROTO_TCP, OPTION))
            losses = streams._link.losses
            plug.shutdown(socket.SHUT_RDWR)
            async with asyncio.timeout(60):
                while streams._link.losses == losses:  # noqa: ASYNC110 - nats-py tells by a callback
                    await asyncio.sleep(0.01)
        await streams.close()
        return found

    assert asyncio.run(work()) == [GIVE_UP * 1000] * 2


def test_that_the_bus_is_not_there_is_said_once() -> None:
    async def work() -> list[str]:
        streams = NatsStreams("nats://nobody:none@127.0.0.1:1")
        with capture_logs() as said:
            for why in ("no route", "no route", "refused", "refused"):
                await streams._link._tell(OSError(why))
        await streams.close()
        return [one["why"] for one in said]

    assert asyncio.run(work()) == ["no route", "refused"]
