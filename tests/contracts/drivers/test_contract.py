"""One suite over every driver. How to plug one in is told in bench.py beside this file."""

import asyncio
import importlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hanmaru.floor.quality import is_bad, is_good
from hanmaru.floor.tag import Tag
from hanmaru.gateway import session as session_module
from hanmaru.gateway.contract import Driver, Keeps, Node, Polls
from hanmaru.gateway.drivers import card, from_url, make, names
from hanmaru.gateway.ending import ended
from hanmaru.gateway.errors import Retry
from hanmaru.gateway.intake import Intake
from hanmaru.gateway.session import Pace, Session
from hanmaru.kernel.errors import HanmaruError
from tests.contracts.drivers.bench import DeviceBench, command
from tests.contracts.drivers.caught import Caught

LETS_GO = 10  # seconds in which a driver must end, whatever its device does; less than the patience with a device
PATIENCE = 60  # seconds until a driver must have noticed that its device is gone


class Tried:
    """A driver of this name beside its bench."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder

    def rule(self, rule: str) -> None:
        """Go on only if the score card says that the rule is done."""
        answer = card(self.name).rules[rule]
        if answer.state != "done":
            pytest.skip(f"{self.name}, {rule}: {answer.state}, {answer.words}")

    def bench(self) -> DeviceBench:
        folder = self.folder / "bench"
        folder.mkdir(exist_ok=True)
        module = importlib.import_module(f"tests.contracts.drivers.benches.{self.name}")
        bench: DeviceBench = module.Bench(folder)
        return bench

    def driver(self, bench: DeviceBench) -> Driver:
        driver = make(self.name, bench.config())
        if isinstance(driver, Keeps):
            (self.folder / "kept").mkdir(exist_ok=True)
            driver.keep_in(self.folder / "kept")
        return driver

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[tuple[DeviceBench, Driver]]:
        async with self.bench() as bench:
            driver = self.driver(bench)
            try:
                await connect(driver)
                yield bench, driver
            finally:
                await driver.close()


@pytest.fixture(params=names())
def tried(request: pytest.FixtureRequest, tmp_path: Path) -> Tried:
    return Tried(request.param, tmp_path)


async def connect(driver: Driver, seconds: float = 60) -> None:
    """Connect as the session does: Retry means once more."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                return await driver.connect()
            except Retry:
                await asyncio.sleep(0.05)


@asynccontextmanager
async def running(driver: Driver, tags: list[Tag], sink: Caught) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(driver.run(tags, sink))
    try:
        yield task
    finally:
        assert not await ended({task}, 60)


async def heard(sink: Caught, bench: DeviceBench, tag: Tag, number: float, task: asyncio.Task[None]) -> None:
    """Let the device measure a number and wait until the driver tells it."""
    await bench.change(tag, number)
    waiting = asyncio.create_task(sink.until(lambda: any(one.number == number for one in sink.of(tag.id))))
    done, _pending = await asyncio.wait({waiting, task}, return_when=asyncio.FIRST_COMPLETED)
    if task in done and not waiting.done():
        waiting.cancel()
        task.result()
        raise AssertionError("run ended by itself")
    await waiting


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 240))


def test_every_driver_has_a_bench() -> None:
    benches = {path.stem for path in (Path(__file__).parent / "benches").glob("*.py")}
    assert benches == set(names())


def test_config_refuses_an_unknown_field_by_its_name(tried: Tried) -> None:
    tried.rule("config")
    config = tried.bench().config()
    with pytest.raises(HanmaruError, match="surprise"):
        make(tried.name, {**config, "surprise": 1})


def test_config_refuses_a_wrong_value_by_the_name_of_its_field(tried: Tried) -> None:
    tried.rule("config")
    bench = tried.bench()
    assert bench.wrong
    for field, value in bench.wrong.items():
        with pytest.raises(HanmaruError, match=field):
            make(tried.name, {**bench.config(), field: value})


def test_connect_reaches_the_device_or_says_retry_soon(tried: Tried) -> None:
    tried.rule("connect")

    async def work() -> None:
        async with tried.bench() as bench:
            driver = tried.driver(bench)
            await connect(driver)
            await driver.close()
            await bench.stop()
            begun = time.monotonic()
            with pytest.raises(Retry):
                await driver.connect()
            assert time.monotonic() - begun < PATIENCE
            await driver.close()

    run(work())


def test_browse_finds_what_the_device_has(tried: Tried) -> None:
    tried.rule("browse")

    async def work() -> None:
        async with tried.connected() as (bench, driver):
            await bench.change(bench.tags()[0], 12.5)
            found: dict[str, Node] = {}
            wanted = {tag.address for tag in bench.tags()}
            async with asyncio.timeout(60):
                while not wanted <= found.keys():  # protocols without browsing answer what they have seen by now
                    found |= await points(driver)
                    await asyncio.sleep(0.05)
            assert all(found[address].name for address in wanted)
            assert bench.unknown().address not in found

    run(work())


async def points(driver: Driver, address: str = "", depth: int = 0) -> dict[str, Node]:
    found = {}
    for node in await driver.browse(address):
        if node.kind == "point":
            found[node.address] = node
        elif node.kind == "folder" and depth < 8:
            found |= await points(driver, node.address, depth + 1)
    return found


def test_readings_have_both_times_and_follow_the_device(tried: Tried) -> None:
    tried.rule("readings")

    async def work() -> None:
        async with tried.connected() as (bench, driver):
            tags, sink, begun = list(bench.tags()), Caught(), datetime.now(UTC)
            async with running(driver, tags, sink) as task:
                await heard(sink, bench, tags[0], 20.5, task)
                await heard(sink, bench, tags[0], 0.0, task)
                await heard(sink, bench, tags[0], -7.25, task)
                await sink.until(lambda: {one.tag for one in sink.all} == {tag.id for tag in tags})
            told = [one.number for one in sink.of(tags[0].id) if one.number in {20.5, 0.0, -7.25}]
            assert sorted(dict.fromkeys(told), key=told.index) == [20.5, 0.0, -7.25]
            for reading in sink.all:
                assert is_good(reading.quality), reading
                assert reading.number is not None or reading.text is not None
                assert begun - timedelta(seconds=1) <= reading.receive_time <= datetime.now(UTC) + timedelta(seconds=1)
                assert abs(reading.source_time - reading.receive_time) < timedelta(minutes=1)

    run(work())


def test_an_unknown_address_is_bad_and_the_rest_goes_on(tried: Tried) -> None:
    tried.rule("unknown_address")

    async def work() -> None:
        async with tried.connected() as (bench, driver):
            unknown, first, sink = bench.unknown(), bench.tags()[0], Caught()
            async with running(driver, [unknown, *bench.tags()], sink) as task:
                await heard(sink, bench, first, 3.5, task)
                await sink.until(lambda: bool(sink.of(unknown.id)))
                await heard(sink, bench, first, 4.5, task)
                assert driver.health().missing[unknown.id]
            for reading in sink.of(unknown.id):
                assert is_bad(reading.quality)
                assert (reading.number, reading.text) == (None, None)

    run(work())


def test_a_device_that_goes_is_retry_and_is_read_again_when_back(tried: Tried) -> None:
    tried.rule("comes_back")

    async def work() -> None:
        async with tried.connected() as (bench, driver):
            tags, sink = list(bench.tags()), Caught()
            async with running(driver, tags, sink) as task:
                await heard(sink, bench, tags[0], 1.5, task)
                await bench.stop()
                with pytest.raises(Retry):
                    await asyncio.wait_for(asyncio.shield(task), PATIENCE)
            assert not driver.health().connected
            with pytest.raises(Retry):
                await driver.connect()
            await bench.start()
            await connect(driver)
            async with running(driver, tags, sink) as task:
                await heard(sink, bench, tags[0], 2.5, task)

    run(work())


def test_stopped_and_run_again_it_goes_on(tried: Tried) -> None:
    tried.rule("cancel")

    async def work() -> None:
        async with tried.connected() as (bench, driver):
            tags, sink = list(bench.tags()), Caught()
            for number in (1.5, 2.5):
                async with running(driver, tags, sink) as task:
                    await heard(sink, bench, tags[0], number, task)

    run(work())


def test_stopped_while_the_device_hangs_it_lets_go(tried: Tried) -> None:
    tried.rule("cancel")

    async def work() -> None:
        async with tried.connected() as (bench, driver):
            tags, sink = list(bench.tags()), Caught()
            async with running(driver, tags, sink) as task:
                await heard(sink, bench, tags[0], 1.5, task)
                await bench.hang()
                await asyncio.sleep(0.5)  # time for the driver to have asked the hung device something
                task.cancel()
                await asyncio.wait_for(asyncio.gather(task, return_exceptions=True), LETS_GO)
            await asyncio.wait_for(driver.close(), LETS_GO)
            bench.release()

    run(work())


def test_a_polled_device_that_hangs_is_told_where_the_gateway_page_looks(
    tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of drivers that say that they poll: by their own words or by the session's, but it is told."""
    monkeypatch.setattr(session_module, "LEAST_SILENCE", 0.5)

    async def work() -> None:
        async with tried.bench() as bench:
            driver = tried.driver(bench)
            if not isinstance(driver, Polls):
                pytest.skip(f"{tried.name} does not poll")
            tried.rule("cancel")
            monkeypatch.setattr(type(driver), "silence", 1.0)
            intake, tags = Intake(_Nobody(), linger=0.001), [replace(tag, sampling=0.05) for tag in bench.tags()]
            session = Session(driver, tags, intake, pace=Pace(connect=10, first=0.1, longest=0.1))
            working = [asyncio.create_task(intake.run()), asyncio.create_task(session.run())]
            try:
                await _until(lambda: session.state == "running")
                await bench.change(tags[0], 7.5)
                await _until(lambda: intake.rows > 0)
                await bench.hang()
                await _until(lambda: session.trouble is not None and session.state in {"retrying", "connecting"})
                assert session.trouble is not None
                assert session.trouble.words
                bench.release()
            finally:
                for task in working:
                    task.cancel()
                await asyncio.gather(*working, return_exceptions=True)

    run(work())


class _Nobody:
    async def readings(self, batch: object) -> None: ...

    def event(self, kind: str, words: str, data: dict[str, object]) -> None: ...


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - a session tells nobody
            await asyncio.sleep(0.02)


def test_a_command_is_done_and_read_back(tried: Tried) -> None:
    tried.rule("write")

    async def work() -> None:
        async with tried.connected() as (bench, driver):
            target, sink = bench.writable(), Caught()
            async with running(driver, list(bench.tags()), sink):
                for number in (41.0, 0.0):
                    wanted = command(target, number)
                    outcome = await asyncio.wait_for(driver.write(wanted, target), 60)
                    assert (outcome.command, outcome.result) == (wanted.id, "done"), outcome
                    assert outcome.read_back == number
                    assert await bench.held(target) == number

    run(work())


def test_what_the_device_refuses_is_an_outcome_with_words(tried: Tried) -> None:
    tried.rule("write")

    async def work() -> None:
        async with tried.connected() as (bench, driver):
            sink = Caught()
            async with running(driver, list(bench.tags()), sink) as task:
                asked, target = bench.refused()
                outcome = await asyncio.wait_for(driver.write(asked, target), 60)
                assert outcome.command == asked.id
                assert outcome.result in {"refused", "failed"}
                assert outcome.reason
                await heard(sink, bench, bench.tags()[0], 6.5, task)

    run(work())


def test_health_follows_the_connection(tried: Tried) -> None:
    tried.rule("health")

    async def work() -> None:
        async with tried.bench() as bench:
            driver = tried.driver(bench)
            assert not driver.health().connected
            await connect(driver)
            assert driver.health().connected
            assert not driver.health().missing
            await driver.close()
            assert not driver.health().connected

    run(work())


def test_it_can_be_closed_at_any_time_and_twice(tried: Tried) -> None:
    tried.rule("close")

    async def work() -> None:
        async with tried.bench() as bench:
            driver = tried.driver(bench)
            await driver.close()
            await connect(driver)
            await bench.stop()
            await driver.close()
            await driver.close()

    run(work())


def test_an_address_as_typed_reaches_the_device(tried: Tried) -> None:
    tried.rule("url")

    async def work() -> None:
        async with tried.bench() as bench:
            name, config = from_url(bench.url())
            assert name == tried.name
            driver = make(name, config)
            try:
                await connect(driver)
            finally:
                await driver.close()

    run(work())
