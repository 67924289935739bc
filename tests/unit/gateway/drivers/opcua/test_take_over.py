"""What the driver does when a server does not go on with a subscription of an earlier session."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncua
import pytest

from hanmaru.gateway.drivers.opcua import items
from hanmaru.gateway.drivers.opcua.config import Config
from hanmaru.gateway.drivers.opcua.driver import OpcUa
from hanmaru.gateway.errors import Retry
from tests.contracts.drivers.bench import tag
from tests.contracts.drivers.caught import Caught
from tests.peers.line import Line
from tests.peers.opcua_side import connected, running, until

ua: Any = asyncua.ua
PATIENCE: Final = (0.5, 2.0, 8.0, 30.0)  # seconds, of the first and the later tries: machines are busy
KEEPALIVE: Final = 0.2  # seconds
TAGS: Final = [tag(1, "ns=2;s=level")]


@dataclass
class Plain:
    """A server of asyncua as it is: it moves a subscription, and goes on asking the old connection for requests."""

    server: Any
    level: Any
    line: Line

    @property
    def url(self) -> str:
        return f"opc.tcp://127.0.0.1:{self.line.port}/"

    @property
    def subscriptions(self) -> list[int]:
        return list(self.server.iserver.subscription_service.subscriptions)

    async def set(self, number: float) -> None:
        await self.level.write_value(number)


@asynccontextmanager
async def plain_server() -> AsyncIterator[Plain]:
    server: Any = asyncua.Server()
    await server.init()
    server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    server.set_endpoint("opc.tcp://127.0.0.1:0/")
    await server.register_namespace("urn:test")
    level = await server.nodes.objects.add_variable(ua.NodeId("level", 2), "level", 1.0)
    await server.start()
    line = Line(server.bserver._server.sockets[0].getsockname()[1])
    await line.mend()
    try:
        yield Plain(server, level, line)
    finally:
        line.release()
        await line.cut()
        await server.stop()


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "KEEPALIVE", KEEPALIVE)


def run(work: Callable[[dict[str, float]], Coroutine[Any, Any, None]]) -> None:
    """Play a scenario; anew and with more patience when a busy machine alone looked like a line that broke."""
    for timeout in PATIENCE:
        try:
            asyncio.run(asyncio.wait_for(work({"publishing": 0.05, "timeout": timeout}), 240))
        except (Retry, AssertionError, TimeoutError):
            if timeout == PATIENCE[-1]:
                raise
        else:
            return


async def left_behind(server: Plain, folder: Path, quick: dict[str, float]) -> list[int]:
    """Let a driver subscribe and go; answer the subscriptions that the server keeps for it."""
    sink = Caught()
    async with connected(server.url, folder, **quick) as driver, running(driver, TAGS, sink) as task:
        await until(sink, task, lambda: bool(sink.all))
    kept = server.subscriptions
    assert len(kept) == 1
    return kept


def kinds(sink: Caught) -> list[str]:
    return [kind for kind, _ in sink.events]


@pytest.mark.long
def test_one_that_was_moved_and_stays_silent_is_made_anew(tmp_path: Path) -> None:
    async def work(quick: dict[str, float]) -> None:
        async with plain_server() as server:
            old = await left_behind(server, tmp_path / "kept", quick)
            sink = Caught()
            async with (
                connected(server.url, tmp_path / "kept", **quick) as driver,
                running(driver, TAGS, sink) as task,
            ):
                await server.set(2.0)
                await until(sink, task, lambda: bool(sink.of(1)) and sink.of(1)[-1].number == 2.0)
                await until(sink, task, lambda: kinds(sink) == ["subscription_taken_over", "gap"])
                assert "says nothing" in sink.events[1][1]
                async with asyncio.timeout(60):
                    while len(server.subscriptions) != 1 or server.subscriptions == old:  # noqa: ASYNC110 - a look
                        await asyncio.sleep(0.01)  # until the silent one is gone, and another one there
                for number in (3.0, 4.0):
                    await server.set(number)
                    await until(sink, task, lambda number=number: sink.of(1)[-1].number == number)
                await asyncio.sleep(2 * (KEEPALIVE + quick["timeout"]))  # the new one is not given up as well
                assert kinds(sink) == ["subscription_taken_over", "gap"]
                assert not task.done()

    run(work)


def no_service(*_: object) -> Any:
    raise ua.uaerrors.BadServiceUnsupported


def not_this_one(params: Any, *_: object) -> Any:
    code = ua.StatusCode(ua.StatusCodes.BadUserAccessDenied)
    return [ua.TransferResult(StatusCode=code) for _number in params.SubscriptionIds]


@pytest.mark.parametrize("refuse", [no_service, not_this_one])
def test_one_that_may_not_be_moved_is_made_anew_at_once(tmp_path: Path, refuse: Callable[..., Any]) -> None:
    async def refusing(*given: object) -> Any:
        return refuse(*given)

    async def work(quick: dict[str, float]) -> None:
        async with plain_server() as server:
            await left_behind(server, tmp_path / "kept", quick)
            server.server.iserver.subscription_service.transfer_subscriptions = refusing
            sink = Caught()
            async with (
                connected(server.url, tmp_path / "kept", **quick) as driver,
                running(driver, TAGS, sink) as task,
            ):
                await until(sink, task, lambda: bool(sink.all))
                await server.set(2.0)
                await until(sink, task, lambda: sink.all[-1].number == 2.0)
                assert kinds(sink) == ["gap"]
                assert "does not let us" in sink.events[0][1]

    run(work)


def test_one_that_is_silent_because_the_line_is_dead_is_kept(tmp_path: Path) -> None:
    async def work(quick: dict[str, float]) -> None:
        async with plain_server() as server:
            old = await left_behind(server, tmp_path / "kept", quick)
            sink = Caught()
            async with (
                connected(server.url, tmp_path / "kept", **quick) as driver,
                running(driver, TAGS, sink) as task,
            ):
                await until(sink, task, lambda: kinds(sink) == ["subscription_taken_over"])
                server.line.hang()
                with pytest.raises(Retry):
                    await task
                assert kinds(sink) == ["subscription_taken_over"]
                assert driver.health().extra["watched"] == 1
                assert server.subscriptions == old

    run(work)


def test_connecting_may_take_as_long_as_every_answer_of_a_slow_server() -> None:
    async def work(_quick: dict[str, float]) -> None:
        async with plain_server() as server:
            server.line.delay = 0.3
            driver = OpcUa(Config(url=server.url, timeout=0.6))
            begun = asyncio.get_running_loop().time()
            await driver.connect()
            took = asyncio.get_running_loop().time() - begun
            assert 5 * server.line.delay < took < driver.connecting
            await driver.close()

    run(work)
    assert OpcUa(Config(url="opc.tcp://127.0.0.1", timeout=60)).connecting >= 9 * 30, "thirty seconds an answer"
