"""The whole system as a person starts it: `hanmaru up` on a folder of its own."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hanmaru.bus.connect import connect_streams
from hanmaru.launch.child import await_condition
from hanmaru.launch.listening import NoPort, listen
from tests.running import ANSWERS_WITHIN, Running

COMPANY = """INSERT INTO companies_company (name, slug, business_number, phone, address, currency, time_zone,
 gs1_prefix, order_page_open, created_at)
 VALUES ('Workshop', 'workshop', '', '', '', 'KRW', 'Asia/Seoul', '', true, now())
 RETURNING id"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up") / "data"


@pytest.fixture(scope="module")
def taken_port() -> Iterator[int]:
    with listen("127.0.0.1", 18650) as listener:
        yield listener.getsockname()[1]


@pytest.fixture(scope="module")
def running(folder: Path, taken_port: int) -> Iterator[Running]:
    running = Running(folder, "--port", str(taken_port)).ready()
    yield running
    if running.process.poll() is None:
        running.stop()


def test_it_answers_beside_a_taken_port_and_says_so(running: Running, taken_port: int) -> None:
    assert f"Port {taken_port} is taken" in running.words
    assert taken_port < int(running.url.rpartition(":")[2]) < taken_port + 50
    assert await_condition(running.answers, ANSWERS_WITHIN)


def test_a_second_start_on_the_same_data_is_refused_with_a_sentence(running: Running) -> None:
    second = Running(running.folder)
    assert second.process.wait(120) == 1
    assert f"already runs on {running.folder} (process {running.process.pid})" in second.words
    assert await_condition(running.answers, ANSWERS_WITHIN)


@pytest.mark.parametrize(
    "part", ["hanmaru.launch.web", "hanmaru.launch.worker", "hanmaru.launch.searcher", "/bin/postgres", "nats-server"]
)
def test_a_killed_child_is_started_again(running: Running, part: str) -> None:
    killed = running.child(part)
    os.kill(killed, signal.SIGKILL)
    assert await_condition(
        lambda: any(part in one for pid, one in running.children().items() if pid != killed), ANSWERS_WITHIN
    )
    assert running.child(part) != killed
    assert await_condition(running.answers, ANSWERS_WITHIN)
    assert running.process.poll() is None


def test_a_device_is_let_in_while_it_runs(running: Running) -> None:
    """`hanmaru bus grant` prints an address that is good at once, and `revoke` ends it; the site has an owner first."""
    running.command("bus", "grant", "device", "seongsu", "press-1", status=1)
    running.ask(COMPANY)
    running.command("site", "add", "seongsu", "--company", "workshop")
    running.command("bus", "grant", "company", "77", "seongsu", status=1)
    printed = running.command("bus", "grant", "device", "seongsu", "press-1")
    url = next(word for word in printed.split() if word.startswith("nats://device_seongsu_press-1:"))
    assert "mqtt://127.0.0.1:" in printed

    async def send() -> None:
        streams = connect_streams(url)
        try:
            stored = await streams.append("floor.seongsu.readings.press-1", b"", message_id="press-1:1:1")
            assert stored.stream == "READINGS"
            assert "device_seongsu_press-1: sites seongsu" in running.command("bus", "list")
            running.command("bus", "revoke", "device_seongsu_press-1")
            async with asyncio.timeout(ANSWERS_WITHIN):
                while streams.is_connected():  # noqa: ASYNC110 - the client tells nobody
                    await asyncio.sleep(0.05)
        finally:
            await streams.close()

    asyncio.run(send())
    assert "press-1" not in running.command("bus", "list")
    assert "well   bus for devices" in running.command("doctor", status=None)


def test_ctrl_c_stops_all_and_the_next_start_finds_its_data(running: Running, folder: Path) -> None:
    assert await_condition(lambda: _can_ask(running), ANSWERS_WITHIN)
    migrated = running.ask("SELECT count(*) FROM django_migrations")
    assert running.stop() == 0
    assert running.children() == {}

    again = Running(folder).ready()
    assert again.ask("SELECT count(*) FROM django_migrations") == migrated
    assert "Preparing the tables" not in again.words
    again.process.kill()
    again.process.wait()
    assert await_condition(lambda: again.children() == {}, 120), again.children()


def _can_ask(running: Running) -> bool:
    try:
        return running.ask("SELECT 1") == 1
    except psycopg.OperationalError:
        return False


def test_a_port_is_stepped_around_and_no_port_at_all_is_refused() -> None:
    with listen("127.0.0.1", 18700) as first, listen("127.0.0.1", first.getsockname()[1]) as second:
        assert second.getsockname()[1] > first.getsockname()[1]
    with pytest.raises(NoPort, match=r"Cannot listen on 203\.0\.113\.1"):
        listen("203.0.113.1", 18700)
