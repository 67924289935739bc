"""A command is guarded, done once, and its outcome told, whatever happens in between."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hanmaru.bus.floor_streams import OUTCOMES, make_floor_streams
from hanmaru.bus.memory_streams import MemoryStreams
from hanmaru.floor import subjects
from hanmaru.floor.command import Command, Outcome, Permit
from hanmaru.floor.quality import Quality
from hanmaru.floor.shapes import from_json, give, take
from hanmaru.floor.tag import Tag
from hanmaru.gateway.doing import Doing
from hanmaru.gateway.errors import Retry
from hanmaru.gateway.guard import refusal
from hanmaru.gateway.journal import Journal

NOW = datetime.now(UTC)
SET = Tag(id=1, asset="s/a", name="speed", type="number", source="press", address="x", writable=True)
READ = Tag(id=2, asset="s/a", name="heat", type="number", source="press", address="y")
DOOR = Tag(id=3, asset="s/a", name="door", type="flag", source="press", address="z")
TAGS = {tag.path: tag for tag in (SET, READ, DOOR)}


def command(**more: object) -> Command:
    now = datetime.now(UTC)  # not NOW: the whole suite takes longer than a command may wait
    given = {
        "id": "c1",
        "source": "press",
        "target": "s/a/speed",
        "issued_at": now,
        "expires_at": now + timedelta(minutes=5),
        "number": 5.0,
        "permit": Permit("Kim", low=0, high=10),
    }
    return Command(**{**given, **more})


@pytest.mark.parametrize(
    ("changed", "result", "reason"),
    [
        ({}, None, ""),
        ({"expires_at": NOW}, "expired", "after its expiry"),
        ({"source": "mill"}, "refused", "for mill"),
        ({"target": "s/a/nothing"}, "refused", "no tag s/a/nothing"),
        ({"target": "s/a/heat"}, "refused", "only be read"),
        ({"number": None}, "refused", "no value"),
        ({"permit": None}, "refused", "no permit"),
        ({"number": 11.0}, "refused", "outside the permitted 0 to 10"),
        ({"number": float("nan")}, "refused", "cannot be set"),
        ({"number": float("inf"), "permit": Permit("Kim")}, "refused", "cannot be set"),
        ({"program": "home", "target": "s/a", "number": None, "permit": Permit("Kim")}, None, ""),
        ({"permit": Permit("Kim", interlock="s/a/door")}, None, ""),
        ({"permit": Permit("Kim", interlock="s/b/door")}, "refused", "nothing is known"),
    ],
)
def test_what_may_be_done(changed: dict[str, object], result: str | None, reason: str) -> None:
    outcome = refusal(command(**changed), "press", TAGS, lambda _tag: (1.0, Quality.GOOD), NOW)
    assert (outcome.result if outcome else None) == result
    assert reason in (outcome.reason if outcome else "")


@pytest.mark.parametrize(("number", "quality"), [(0.0, Quality.GOOD), (1.0, Quality.BAD_NOT_CONNECTED)])
def test_an_interlock_that_is_off_or_not_known_refuses(number: float, quality: int) -> None:
    asked = command(permit=Permit("Kim", interlock="s/a/door"))
    outcome = refusal(asked, "press", TAGS, lambda _tag: (number, quality), NOW)
    assert outcome
    assert "interlock" in outcome.reason


class Machine:
    """Stands for a session: counts what reaches the device."""

    def __init__(self) -> None:
        self.tags: Sequence[Tag] = tuple(TAGS.values())
        self.written: list[str] = []
        self.trouble: Exception | None = None
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()

    async def write(self, asked: Command, tag: Tag | None) -> Outcome:
        self.written.append(asked.id)
        self.asked.set()
        await self.go_on.wait()
        if self.trouble:
            raise self.trouble
        return Outcome(asked.id, "done", datetime.now(UTC), read_back=asked.number)


class House:
    """A bus, a machine, and the part that does commands."""

    def __init__(self, folder: Path, streams: MemoryStreams) -> None:
        self.folder, self.streams, self.machine = folder, streams, Machine()

    @asynccontextmanager
    async def working(self) -> AsyncIterator[Doing]:
        journal = Journal(self.folder)
        doing = Doing(self.streams, "s", "press", self.machine, journal, lambda _tag: (1.0, Quality.GOOD))
        task = asyncio.create_task(doing.run())
        try:
            yield doing
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            journal.close()

    async def send(self, *asked: Command) -> None:
        for number, one in enumerate(asked):
            data = json.dumps(give(one)).encode()
            await self.streams.append(subjects.commands("s", "press"), data, message_id=f"{one.id}-{number}-{id(one)}")

    async def outcomes(self, count: int) -> list[Outcome]:
        consumer = await self.streams.consumer(OUTCOMES, "page")
        found: list[Outcome] = []
        async with asyncio.timeout(60):
            while len(found) < count:
                messages = await consumer.pull(10, 1)
                await consumer.acknowledge(messages)
                found += [take(Outcome, from_json(message.data)) for message in messages]
        return found


async def house(folder: Path) -> House:
    streams = MemoryStreams()
    await make_floor_streams(streams, 64)
    return House(folder, streams)


def test_a_command_is_done_once_however_often_it_comes(tmp_path: Path) -> None:
    async def work() -> None:
        made = await house(tmp_path)
        async with made.working() as doing:
            await made.send(command(), command(id="c2"))
            assert {one.command: one.result for one in await made.outcomes(2)} == {"c1": "done", "c2": "done"}
            await made.send(command(id="c1"), command(id="c3"))
            assert [one.command for one in await made.outcomes(1)] == ["c3"]
            assert doing.done == 3
        async with made.working():
            await made.send(command(id="c2"), command(id="c4"))
            assert [one.command for one in await made.outcomes(1)] == ["c4"]
        assert made.machine.written == ["c1", "c2", "c3", "c4"]

    asyncio.run(work())


def test_cut_in_the_middle_it_is_unknown_and_not_tried_again(tmp_path: Path) -> None:
    async def work() -> None:
        made = await house(tmp_path)
        made.machine.go_on.clear()
        async with made.working():
            await made.send(command())
            await made.machine.asked.wait()
        made.machine.go_on.set()
        await made.send(command(), command(id="c2"))
        async with made.working():
            found = {one.command: one for one in await made.outcomes(2)}
        assert (found["c1"].result, found["c2"].result) == ("unknown", "done")
        assert "look at the machine" in found["c1"].reason
        assert made.machine.written == ["c1", "c2"]

    asyncio.run(work())


def test_a_hold_overtakes_the_program_it_holds(tmp_path: Path) -> None:
    async def work() -> None:
        made = await house(tmp_path)
        made.machine.go_on.clear()
        async with made.working():
            program = {"target": "s/a", "number": None, "permit": Permit("Kim")}
            await made.send(command(program="fetch", **program), command(id="c2", program="hold", **program))
            async with asyncio.timeout(60):
                while made.machine.written != ["c1", "c2"]:  # noqa: ASYNC110 - same
                    await asyncio.sleep(0.01)
            made.machine.go_on.set()
            assert len(await made.outcomes(2)) == 2

    asyncio.run(work())


def test_a_line_that_breaks_is_unknown_and_rubbish_does_not_stand_in_the_way(tmp_path: Path) -> None:
    async def work() -> None:
        made = await house(tmp_path)
        made.machine.trouble = Retry(device="press", why="gone")
        async with made.working():
            await made.streams.append(subjects.commands("s", "press"), b"rubbish", message_id="r")
            await made.send(command(), replace(command(), id="c2", permit=None))
            found = {one.command: one.result for one in await made.outcomes(2)}
        assert found == {"c1": "unknown", "c2": "refused"}
        assert made.machine.written == ["c1"]

    asyncio.run(work())


class TestJournal:
    """What was begun and what came of it, on disk."""

    def outcome(self, number: int) -> Outcome:
        return Outcome(f"c{number}", "done", NOW)

    def test_a_line_cut_off_by_a_power_failure_is_dropped(self, tmp_path: Path) -> None:
        journal = Journal(tmp_path)
        journal.begin("c1")
        journal.end(self.outcome(1))
        journal.begin("c2")
        journal.close()
        with (tmp_path / "commands.jsonl").open("ab") as file:
            file.write(b'{"outcome": {"comm')
        again = Journal(tmp_path)
        assert again.known("c1") == self.outcome(1)
        assert again.known("c2") == "begun"
        assert again.known("c3") is None
        again.close()

    def test_it_does_not_grow_for_ever(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("hanmaru.gateway.journal.KEPT", 20)
        journal = Journal(tmp_path)
        for number in range(300):
            journal.begin(f"c{number}")
            journal.end(self.outcome(number))
        assert len((tmp_path / "commands.jsonl").read_bytes().splitlines()) <= 142
        assert journal.known("c299") == self.outcome(299)
        assert journal.known("c1") is None
        journal.close()
