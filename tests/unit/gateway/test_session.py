"""What a session does with each class of error, with silence, and with other tags."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any, ClassVar

import pyarrow as pa
import pytest

from hanmaru.floor.command import Command, Outcome
from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import Reading, batch_of, readings_of
from hanmaru.floor.tag import Tag
from hanmaru.gateway import session as module
from hanmaru.gateway.contract import Health, Node, Sink
from hanmaru.gateway.errors import Reconfigure, Retry, Stop
from hanmaru.gateway.intake import Intake
from hanmaru.gateway.session import Pace, Session

PACE = Pace(connect=1, first=0.02, longest=0.1, slow=0.3)
TAG = Tag(id=1, asset="a", name="n", type="number", source="s", address="x")


class Kept:
    """What came to the outbox."""

    def __init__(self) -> None:
        self.rows: list[Reading] = []
        self.events: list[str] = []

    async def readings(self, batch: pa.RecordBatch) -> None:
        self.rows += readings_of(batch)

    def event(self, kind: str, words: str, data: dict[str, object]) -> None:
        self.events.append(kind)


class Device:
    """A driver that does what its list says at each connection: an error to raise, or `reads`, `hangs`, `silent`."""

    protocol: ClassVar[str] = "fake"
    config: ClassVar[type[Any]] = object
    silence = 0.0

    def __init__(self, *does: object) -> None:
        self.heard = 0.0
        self.does = list(does)
        self.connects = 0
        self.closes = 0
        self.ran: list[tuple[int, ...]] = []

    async def connect(self) -> None:
        self.connects += 1
        if isinstance(self.does[0], Exception):
            raise self.does.pop(0)

    async def browse(self, address: str = "") -> Sequence[Node]:
        return ()

    async def run(self, tags: Sequence[Tag], sink: Sink) -> None:
        self.ran.append(tuple(tag.id for tag in tags))
        now = datetime.now(UTC)
        does = self.does[0]
        if len(self.does) > 1:
            self.does.pop(0)
        if does == "breaks":
            raise Retry(device="d", why="gone")
        if does == "answers":  # again and again, and never anything new
            while True:
                self.heard = time.monotonic()
                await asyncio.sleep(0.001)
        if does == "reads":
            sink.readings(batch_of([Reading(tag.id, now, now, 1.0) for tag in tags]))
        while does == "hangs":
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:  # a driver that will not let go
                if does == "hangs" and not self.does:
                    raise
                self.does.clear()
        await asyncio.Event().wait()

    async def write(self, command: Command, tag: Tag | None) -> Outcome:
        return Outcome(command.id, "done", datetime.now(UTC))

    def health(self) -> Health:
        return Health(connected=True)

    async def close(self) -> None:
        self.closes += 1


async def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.005)


def run(device: Device, work: Callable[[Session, Kept], Any]) -> Kept:
    kept = Kept()

    async def together() -> None:
        intake = Intake(kept, linger=0.001)
        session = Session(device, [TAG], intake, pace=PACE, random=Random(1))  # noqa: S311 - repeatable
        tasks = [asyncio.create_task(intake.run()), asyncio.create_task(session.run())]
        try:
            await work(session, kept)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert session.state == "ended"

    asyncio.run(together())
    return kept


def gone() -> Retry:
    return Retry(device="d", why="not there")


def test_retry_comes_back_by_itself_and_is_told_once() -> None:
    device = Device(gone(), gone(), gone(), "reads")

    async def work(session: Session, kept: Kept) -> None:
        await until(lambda: bool(kept.rows))
        assert session.state == "running"
        assert session.trouble is None

    kept = run(device, work)
    assert device.connects == 4
    assert kept.events == ["unavailable", "connected"]


def test_a_lost_connection_makes_its_tags_bad_until_it_is_back() -> None:
    async def work(session: Session, kept: Kept) -> None:
        await until(lambda: len(kept.rows) >= 2)

    device = Device("breaks", "reads")
    kept = run(device, work)
    assert [row.quality for row in kept.rows] == [Quality.BAD_NOT_CONNECTED, Quality.GOOD]
    assert kept.events == ["connected", "unavailable", "reconnected"]


class Slow(Device):
    """Needs its time to connect, and says how much that may be."""

    def __init__(self, needs: float, connecting: float) -> None:
        super().__init__("reads")
        self.needs, self.connecting = needs, connecting

    async def connect(self) -> None:
        await super().connect()
        await asyncio.sleep(self.needs)


def test_a_slow_device_is_waited_for_as_long_as_its_driver_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.unit.gateway.test_session.PACE", Pace(connect=0.05, first=0.02, longest=0.1, slow=0.3))

    async def connected(session: Session, kept: Kept) -> None:
        await until(lambda: bool(kept.rows))

    patient = Slow(needs=0.3, connecting=5)
    assert run(patient, connected).events == ["connected"]
    assert patient.connects == 1

    async def given_up(session: Session, kept: Kept) -> None:
        await until(lambda: session.state == "retrying")
        assert session.trouble
        assert "in time" in session.trouble.words

    assert run(Slow(needs=0.3, connecting=0.1), given_up).events == ["unavailable"]


def test_reconfigure_shows_the_remedy_and_looks_slowly_or_when_the_tags_change() -> None:
    device = Device(Reconfigure(device="d", why="wrong password", remedy="Give another"), "reads")

    async def work(session: Session, kept: Kept) -> None:
        await until(lambda: session.state == "needs_attention")
        assert session.trouble
        assert (session.trouble.code, session.trouble.remedy) == ("gateway.reconfigure", "Give another")
        assert device.connects == 1
        await until(lambda: session.state == "running")

    run(device, work)


def test_stop_stays_down_until_a_person_changes_something() -> None:
    device = Device(Stop(device="d", why="another machine", remedy="Look"), "reads")

    async def work(session: Session, kept: Kept) -> None:
        await until(lambda: session.state == "stopped")
        await asyncio.sleep(PACE.slow * 2)
        assert (session.state, device.connects) == ("stopped", 1)
        session.give_tags([TAG])
        await until(lambda: session.state == "running")

    run(device, work)


def test_a_polled_device_that_falls_silent_is_told_and_connected_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEAST_SILENCE", 0.05)
    monkeypatch.setattr(module, "SILENT_SAMPLINGS", 0.05)
    device = Device("silent", "reads")

    async def work(session: Session, kept: Kept) -> None:
        await until(lambda: any(row.quality == Quality.GOOD for row in kept.rows))

    kept = run(device, work)
    assert kept.events[:3] == ["connected", "silent", "unavailable"]


def test_one_that_answers_without_news_is_not_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEAST_SILENCE", 1.0)  # a busy machine may hold up an answer
    monkeypatch.setattr(module, "SILENT_SAMPLINGS", 0.0)
    device = Device("answers")

    async def work(session: Session, kept: Kept) -> None:
        begun = time.monotonic()
        await until(lambda: time.monotonic() - begun > 1.5)
        assert session.state == "running"

    assert run(device, work).events == ["connected"]


def test_a_driver_that_will_not_let_go_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LETTING_GO", 0.05)
    device = Device("hangs")

    async def work(session: Session, kept: Kept) -> None:
        await until(lambda: bool(device.ran))
        session.give_tags([TAG, Tag(id=2, asset="a", name="m", type="number", source="s", address="y")])
        device.does.append("reads")
        await until(lambda: device.ran[-1] == (1, 2))

    run(device, work)


def test_other_tags_are_read_without_a_new_connection() -> None:
    device = Device("reads", "reads")

    async def work(session: Session, kept: Kept) -> None:
        await until(lambda: bool(kept.rows))
        session.give_tags([Tag(id=2, asset="a", name="m", type="number", source="s", address="y")])
        await until(lambda: kept.rows[-1].tag == 2)

    run(device, work)
    assert device.connects == 1
    assert device.ran == [(1,), (2,)]


def test_a_fault_of_the_driver_comes_out() -> None:
    device = Device(ZeroDivisionError())

    async def work() -> None:
        session = Session(device, [TAG], Intake(Kept()), pace=PACE)
        with pytest.raises(ZeroDivisionError):
            await session.run()

    asyncio.run(work())
    assert device.closes == 1


def test_pauses_double_and_are_spread() -> None:
    session_pauses = []

    async def work() -> None:
        session = Session(Device("reads"), [TAG], Intake(Kept()), random=Random(7))  # noqa: S311 - repeatable
        session_pauses.extend(session._next_pause() for _ in range(12))

    asyncio.run(work())
    for number, pause in enumerate(session_pauses):
        middle = min(2.0**number, 30.0)
        assert middle * 0.5 <= pause <= middle * 1.5
    assert len({round(pause / min(2.0**number, 30.0), 3) for number, pause in enumerate(session_pauses)}) > 6
