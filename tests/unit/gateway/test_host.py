"""The gateway host with real processes and a real bus: stored, read, killed, hung, changed, removed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hanmaru.bus.floor_streams import OUTCOMES
from hanmaru.floor import subjects
from hanmaru.floor.command import Command, Permit
from hanmaru.floor.reading import Reading, batch_of, encode
from hanmaru.floor.shapes import give
from hanmaru.gateway.dead_letters import DeadLetters
from hanmaru.gateway.outbox_file import Record
from hanmaru.gateway.refused import FILE
from tests.gateway_floor import SITE, floor, own_bus


@pytest.fixture
def bus_url(tmp_path: Path) -> Iterator[str]:
    with own_bus(tmp_path / "nats") as url:
        yield url


def counted(to: int) -> list[float]:
    return [float(number) for number in range(1, to + 1)]


def test_stored_once_its_device_answers_then_read_changed_and_removed(tmp_path: Path, bus_url: str) -> None:
    async def work() -> None:
        async with floor(tmp_path, bus_url) as made:
            refused = await made.ask("store", name="press", protocol="files", config={"path": str(tmp_path / "no.csv")})
            assert refused["error"]["code"] == "gateway.retry"
            assert (await made.ask("list"))["sources"] == []
            machine = made.machine("press")
            machine.write(3)
            stored = await made.store("press", machine)
            assert [(tag["id"], tag["type"]) for tag in stored["tags"]] == [(1, "number")]
            await made.until(lambda: made.found.get(1) == counted(3))
            browsed = await made.ask("browse", source="press")
            assert [node["address"] for node in browsed["nodes"]] == ["count"]
            pid = made.host.instances["press"].pid
            picked = await made.ask(
                "pick",
                source="press",
                tags=[{"asset": "seongsu/hall/press", "name": "no", "address": "gone", "type": "text"}],
            )
            assert picked["tags"][0]["id"] == 2
            machine.write(2)
            await made.until(lambda: made.found.get(1) == counted(5) and 2 in made.found)
            await made.until(lambda: "2" in made.states.get("press", {}).get("missing", {}))
            assert made.host.instances["press"].pid == pid
            assert (await made.ask("enable", source="press", enabled=False))["enabled"] is False
            await made.until(lambda: not made.host.instances)
            machine.write(1)
            await made.ask("enable", source="press", enabled=True)
            await made.until(lambda: made.found.get(1) == counted(6))
            assert (await made.ask("remove", source="press"))["forgotten"] == 2
            await made.until(lambda: not made.host.instances)

    asyncio.run(work())


def test_one_that_dies_or_hangs_is_started_again_and_touches_no_other(tmp_path: Path, bus_url: str) -> None:
    async def work() -> None:
        async with floor(tmp_path, bus_url) as made:
            first, second = made.machine("first"), made.machine("second")
            await made.store("first", first)
            await made.store("second", second)
            for machine in (first, second):
                machine.write(10)
            await made.until(lambda: made.found.get(1) == counted(10) and made.found.get(2) == counted(10))
            other = made.host.instances["second"]
            for kill in (signal.SIGKILL, signal.SIGSTOP):
                one = made.host.instances["first"]
                pid, starts = one.pid, one.starts
                assert pid
                os.kill(pid, kill)
                for machine in (first, second):
                    machine.write(10)
                await made.until(lambda: len(made.found[2]) == second.count)
                await made.until(lambda one=one, starts=starts: one.starts > starts)
                await made.until(lambda: len(made.found[1]) == first.count)
            assert made.found == {1: counted(30), 2: counted(30)}
            assert (other.starts, other.killed) == (1, 0)
            assert made.host.instances["first"].killed == 1

    asyncio.run(work())


def test_a_command_reaches_the_driver_and_its_outcome_the_bus(tmp_path: Path, bus_url: str) -> None:
    async def work() -> None:
        async with floor(tmp_path, bus_url) as made:
            await made.store("press", made.machine("press"))
            await made.until(lambda: made.states.get("press", {}).get("state") == "running")
            now = datetime.now(UTC)
            target, permit = f"{SITE}/hall/press", Permit("Kim")
            asked = Command("c1", "press", target, now, now + timedelta(minutes=1), program="home", permit=permit)
            data = json.dumps(give(asked)).encode()
            await made.streams.append(subjects.commands(SITE, "press"), data, message_id="c1")
            consumer = await made.streams.consumer(OUTCOMES, "page")
            (outcome,) = await consumer.pull(1, 10)
            told = json.loads(outcome.data)
            assert (told["command"], told["result"]) == ("c1", "refused")
            assert "only read" in told["reason"]

    asyncio.run(work())


def test_what_is_asked_wrongly_is_answered_with_words(tmp_path: Path, bus_url: str) -> None:
    async def work() -> None:
        async with floor(tmp_path, bus_url) as made:
            for question, words in [
                ({"do": "dance"}, "give one of"),
                ({"do": "store"}, "name"),
                ({"do": "store", "name": "gateway", "url": "file:///x"}, "choose another"),
                ({"do": "browse", "url": "gopher://x"}, "file://"),
                ({"do": "browse", "source": "nobody"}, "no source nobody"),
                ({"do": "test", "protocol": "files", "config": {"path": "x"}}, "path"),
                ({"do": "pick", "source": "nobody", "tags": [1]}, "tags"),
                ({"do": "remove", "source": "nobody"}, "no source nobody"),
            ]:
                answer = await made.ask(**question)
                assert words in answer["error"]["words"], answer
                assert answer["error"]["code"]

    asyncio.run(work())


def test_refused_messages_are_looked_at_sent_again_and_dropped_while_it_rests_and_while_it_runs(
    tmp_path: Path, bus_url: str
) -> None:
    def dead(*words: str) -> str:
        command = [sys.executable, "-m", "hanmaru.launch.cli", "gateway", "dead", *words]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HANMARU_")}
        settings = {"HANMARU_BUS_URL": bus_url, "HANMARU_SITE": SITE, "HANMARU_DATA_DIR": str(tmp_path / "none")}
        done = subprocess.run(command, check=False, capture_output=True, text=True, env={**kept, **settings})
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def bury(sequence: int, number: float) -> None:
        now = datetime.now(UTC)
        data = encode(batch_of([Reading(1, now, now, number=number)]))
        folder = tmp_path / "gateway" / "press" / "outbox"
        DeadLetters(folder / FILE).bury(Record(subjects.readings(SITE, "press"), data, 9, sequence, 1, 1), "too large")

    async def work() -> None:
        async with floor(tmp_path, bus_url) as made:
            machine = made.machine("press")
            machine.write(1)
            await made.store("press", machine)
            await made.until(lambda: made.found.get(1) == [1.0])
            await made.ask("enable", source="press", enabled=False)
            await made.until(lambda: not made.host.instances)
            for sequence in (1, 2, 3):
                bury(sequence, 100.0 + sequence)
            assert "9-2" in await asyncio.to_thread(dead, "list", "press")
            assert "101.0" in await asyncio.to_thread(dead, "show", "press", "9-1")
            assert await made.ask("resend", source="press", letters=["9-1"]) == {"resent": 1}
            assert made.found[1] == [1.0]  # it waits in the box
            await made.ask("enable", source="press", enabled=True)
            await made.until(lambda: made.states.get("press", {}).get("outbox", {}).get("dead") == 2)
            await made.until(lambda: 101.0 in made.found[1])
            await asyncio.to_thread(dead, "drop", "press", "9-2")
            await made.until(lambda: made.states["press"]["outbox"]["dead"] == 1)
            assert (await made.ask("dead"))["sources"] == {"press": 1}
            assert "1 sent again" in await asyncio.to_thread(dead, "resend", "press", "--all")
            await made.until(lambda: made.found[1] == [1.0, 101.0, 103.0])
            assert (await made.ask("dead", source="press"))["letters"] == []
            gone = await made.ask("dead_letter", source="press", letter="9-3")
            assert gone["error"]["code"] == "gateway.no_such_letter"
            for name in ("nobody", "../press", "gateway"):
                assert (await made.ask("drop", source=name, all=True))["error"]["code"] == "gateway.no_such_source"

    asyncio.run(work())
