"""The OPC UA driver against node-opcua's server: encryption, log-in, certificates, and a server that is killed."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from hanmaru.gateway.drivers.opcua.config import Config
from hanmaru.gateway.drivers.opcua.driver import OpcUa
from hanmaru.gateway.errors import Reconfigure, Retry, Stop
from hanmaru.launch.ports import free_port
from tests.contracts.drivers.bench import tag
from tests.contracts.drivers.caught import Caught
from tests.peers.line import Line
from tests.peers.opcua_side import again, bulk, connected, numbers, running, until
from tests.peers.peer import Peer, shared


@pytest.fixture(scope="module")
def server() -> Peer:
    return shared("opcua_server.js", bulk=1000)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 240))


async def shown(url: str, **more: Any) -> str:
    """Answer the fingerprint that a person is asked to compare."""
    driver = OpcUa(Config(url=url, security="sign-and-encrypt", **more))
    with pytest.raises(Reconfigure, match="Compare the fingerprint") as caught:
        await driver.connect()
    await driver.close()
    return str(caught.value.data["fingerprint"])


@pytest.mark.parametrize("security", ["sign", "sign-and-encrypt"])
def test_values_come_over_a_protected_line_once_the_certificate_is_accepted(
    server: Peer, tmp_path: Path, security: str
) -> None:
    async def work() -> None:
        fingerprint = await shown(server.at["url"])
        spaced = ":".join(fingerprint[place : place + 2] for place in range(0, 64, 2)).upper()
        protection = {"security": security, "trusted": (spaced,)}
        async with connected(server.at["url"], tmp_path / "kept", **protection) as driver:
            sink = Caught()
            async with running(driver, bulk(100, sampling=0), sink) as task:
                await until(sink, task, lambda: len(sink.all) >= 100)
                last = (await asyncio.to_thread(server.ask, burst=2))["round"]
                await until(sink, task, lambda: last in numbers(sink, 1099))
        own = (tmp_path / "kept" / "own.der").read_bytes()
        assert (tmp_path / "kept" / "own.pem").stat().st_mode & 0o077 == 0
        async with connected(server.at["url"], tmp_path / "kept", **protection):
            assert (tmp_path / "kept" / "own.der").read_bytes() == own

    run(work())


def test_another_certificate_than_the_accepted_one_stops(server: Peer) -> None:
    async def work() -> None:
        config = Config(url=server.at["url"], security="sign-and-encrypt", trusted=("0" * 64,))
        with pytest.raises(Stop, match="another certificate"):
            await OpcUa(config).connect()

    run(work())


def test_users_come_in_by_name_or_certificate(server: Peer, tmp_path: Path) -> None:
    async def work() -> None:
        fingerprint = await shown(server.at["url"])
        protection = {"security": "sign-and-encrypt", "trusted": (fingerprint,)}
        for who in ({"user": "operator", "password": "secret"}, {"user_certificate": True}):
            async with connected(server.at["url"], tmp_path / "kept", **protection, **who) as driver:
                assert driver.health().connected
        # Over a plain line the password alone is encrypted.
        async with connected(server.at["url"], user="operator", password="secret") as driver:
            assert driver.health().connected
        with pytest.raises(Reconfigure, match="Check user and password"):
            async with connected(server.at["url"], user="operator", password="wrong"):
                pass

    run(work())


def test_a_cut_protected_line_is_taken_up_without_a_loss(server: Peer, tmp_path: Path) -> None:
    async def work() -> None:
        fingerprint = await shown(server.at["url"])
        line, sink, tags = Line(server.at["port"]), Caught(), bulk(20, sampling=0)
        await line.mend()
        protection = {"security": "sign-and-encrypt", "trusted": (fingerprint,)}
        async with connected(f"opc.tcp://127.0.0.1:{line.port}/peer", tmp_path / "kept", **protection) as driver:
            async with running(driver, tags, sink) as task:
                await until(sink, task, lambda: len(sink.all) >= 20)
                await line.cut()
                with pytest.raises(Retry):
                    await task
            last = (await asyncio.to_thread(server.ask, burst=10, pause=20))["round"]
            await line.mend()
            await again(driver)
            async with running(driver, tags, sink) as task:
                await until(sink, task, lambda: numbers(sink, tags[-1].id)[-1] == last)
            got = {value for value in numbers(sink, tags[0].id) if value > last - 10}
            assert got == set(range(last - 9, last + 1))
            assert not [words for kind, words in sink.events if kind == "gap"]
        await line.cut()

    run(work())


@pytest.mark.long
def test_an_expired_certificate_says_what_to_renew(tmp_path: Path) -> None:
    with Peer("opcua_server.js", folder=str(tmp_path), validity=[-30, -1]) as peer:

        async def work() -> None:
            driver = OpcUa(Config(url=peer.at["url"], security="sign-and-encrypt"))
            with pytest.raises(Reconfigure, match="Renew the certificate at the server"):
                await driver.connect()
            await driver.close()

        run(work())


@pytest.mark.long
def test_a_server_that_is_killed_is_followed_again_and_the_gap_is_told(tmp_path: Path) -> None:
    port = free_port()

    async def work() -> None:
        sink, tags = Caught(), [tag(1, "ns=1;s=Number"), *bulk(50)]
        first = Peer("opcua_server.js", folder=str(tmp_path), port=port, bulk=50)
        try:
            async with connected(first.at["url"]) as driver:
                async with running(driver, tags, sink) as task:
                    await until(sink, task, lambda: len(sink.all) >= 51)
                    first.kill()
                    with pytest.raises(Retry):
                        await asyncio.wait_for(task, 60)
                with Peer("opcua_server.js", folder=str(tmp_path), port=port, bulk=50) as second:
                    await again(driver)
                    async with running(driver, tags, sink) as task:
                        second.ask(set="Number", value=12)
                        await until(sink, task, lambda: 12.0 in numbers(sink, 1))
                        assert [kind for kind, _ in sink.events] == ["gap"]
        finally:
            first.kill()

    run(work())
