"""A NATS server that goes and comes back."""

import asyncio
import signal
from pathlib import Path

from hanmaru.bus.connect import connect
from hanmaru.bus.envelope import Envelope
from hanmaru.launch import child, nats
from hanmaru.launch.secrets import Secrets


def test_listeners_hear_again_when_the_server_is_back(tmp_path: Path) -> None:
    server = nats.embedded_nats(tmp_path, Secrets(tmp_path / "secrets.json"))
    program = nats.program(server, tmp_path / "nats.log")
    process = child.start(program)
    bus = connect(server.url)

    async def listen() -> list[str]:
        async with bus.subscribe("a.>") as news:
            bus.publish(Envelope("a.before", {}))
            heard = [await anext(news)]
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert child.await_condition(lambda: not bus.is_connected(), seconds=60)
            bus.publish(Envelope("a.meanwhile", {}))
            again = child.start(program)
            try:
                async with asyncio.timeout(60):
                    heard.append(await anext(news))
            finally:
                child.end(again, program)
            return [one.subject for one in heard]

    assert asyncio.run(listen()) == ["a.before", "a.meanwhile"]
    bus.close()


def test_what_is_published_before_the_server_is_there_is_sent_when_it_is(tmp_path: Path) -> None:
    server = nats.embedded_nats(tmp_path, Secrets(tmp_path / "secrets.json"))
    program = nats.program(server, tmp_path / "nats.log")
    early, listener = connect(server.url), connect(server.url)
    early.publish(Envelope("a.early", {}))
    process = child.start(program)

    async def listen() -> str:
        async with listener.subscribe("a.>") as news:
            early.publish(Envelope("a.late", {}))
            async with asyncio.timeout(60):
                return (await anext(news)).subject

    assert asyncio.run(listen()) in {"a.early", "a.late"}
    for bus in (early, listener):
        bus.close()
    child.end(process, program)


def test_closing_without_a_server_ends(tmp_path: Path) -> None:
    bus = connect(nats.embedded_nats(tmp_path, Secrets(tmp_path / "secrets.json")).url)
    bus.publish(Envelope("a.lost", {}))
    bus.close()
    assert not bus.is_connected()
