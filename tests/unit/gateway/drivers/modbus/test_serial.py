"""RTU over a pty: many units on one line, garbled, late and missing answers, a plug that is pulled."""

import asyncio
import contextlib
import os
import tty
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from hanmaru.floor.quality import Quality
from hanmaru.gateway.drivers.modbus.config import Config
from hanmaru.gateway.drivers.modbus.driver import Modbus
from hanmaru.gateway.errors import Reconfigure, Retry
from tests.contracts.drivers.bench import command, tag
from tests.contracts.drivers.caught import Caught
from tests.peers.opcua_side import until

TIMEOUT = 1.0  # seconds; less, and a busy machine alone is silent


def crc(data: bytes) -> bytes:
    """The check of RTU (MODBUS over Serial Line V1.02, 6.2.2), written here once more: the test shares no code."""
    left = 0xFFFF
    for byte in data:
        left ^= byte
        for _ in range(8):
            left = left >> 1 ^ (0xA001 if left & 1 else 0)
    return left.to_bytes(2, "little")


class Units:
    """Units 1 and 2 at the far end of a pty; registers hold unit * 100 + address. `spoil` alters the next answers."""

    def __init__(self) -> None:
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.line = os.ttyname(self.slave)
        self.spoil: list[str] = []
        self.asked: list[tuple[int, int, int]] = []
        self.written: dict[tuple[int, int], int] = {}
        self.silent: set[int] = set()
        self._buffer = b""
        os.set_blocking(self.master, False)
        asyncio.get_running_loop().add_reader(self.master, lambda: self.take(os.read(self.master, 1000)))

    def send(self, data: bytes) -> None:
        os.write(self.master, data)

    def take(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= 8 and crc(self._buffer[:6]) == self._buffer[6:8]:
            request, self._buffer = self._buffer[:8], self._buffer[8:]
            self._answer(request)

    def _answer(self, request: bytes) -> None:
        unit, function = request[0], request[1]
        address, count = int.from_bytes(request[2:4], "big"), int.from_bytes(request[4:6], "big")
        self.asked.append((unit, address, count))
        if unit not in {1, 2} or unit in self.silent:
            return
        if function == 6:
            self.written[unit, address] = count
            answer = request[:6]
        elif address + count > 500:
            answer = bytes([unit, function | 0x80, 2])
        else:
            cells = [self.written.get((unit, place), unit * 100 + place) for place in range(address, address + count)]
            answer = bytes([unit, function, 2 * count]) + b"".join(cell.to_bytes(2, "big") for cell in cells)
        answer += crc(answer)
        how = self.spoil.pop(0) if self.spoil else ""
        if how == "garble":
            answer = answer[:-1] + bytes([answer[-1] ^ 0xFF])
        elif how == "short":
            answer = answer[:4]
        elif how == "late":
            asyncio.get_running_loop().call_later(1.5 * TIMEOUT, self.send, answer)
            return
        elif how == "never":
            return
        self.send(answer)

    def pull(self) -> None:
        asyncio.get_running_loop().remove_reader(self.master)
        os.close(self.master)
        os.close(self.slave)


@asynccontextmanager
async def units() -> AsyncIterator[Units]:
    made = Units()
    try:
        yield made
    finally:
        with contextlib.suppress(OSError):  # pulled already
            made.pull()


@asynccontextmanager
async def running(line: Units, *tags: Any, **more: Any) -> AsyncIterator[tuple[Modbus, Caught, asyncio.Task[None]]]:
    given = {"transport": "rtu", "line": line.line, "parity": "N", "timeout": TIMEOUT, "retries": 2, **more}
    driver, sink = Modbus(Config(**given)), Caught()
    await driver.connect()
    task = asyncio.create_task(driver.run(tags, sink))
    try:
        yield driver, sink, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await driver.close()


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 240))


def test_the_same_frames_are_carried_by_tcp() -> None:
    async def work() -> None:
        async with units() as line:

            async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                line.send = writer.write
                while data := await reader.read(1000):
                    line.take(data)
                writer.close()

            server = await asyncio.start_server(carry, "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            over_tcp = {"transport": "rtu-over-tcp", "host": "127.0.0.1", "port": port}
            async with running(line, tag(1, "1/holding/0"), tag(2, "2/holding/3"), **over_tcp) as (_driver, sink, task):
                await until(sink, task, lambda: len(sink.all) == 2)
                assert {one.tag: one.number for one in sink.all} == {1: 100, 2: 203}
            server.close()

    run(work())


def test_two_units_share_the_line_and_reads_are_merged() -> None:
    async def work() -> None:
        tags = [tag(1, "1/holding/0"), tag(2, "1/holding/5"), tag(3, "2/holding/7")]
        async with units() as line, running(line, *tags) as (_driver, sink, task):
            await until(sink, task, lambda: len(sink.all) == 3)
            assert {one.tag: one.number for one in sink.all} == {1: 100, 2: 105, 3: 207}
            assert set(line.asked) == {(1, 0, 6), (2, 7, 1)}

    run(work())


@pytest.mark.parametrize("how", ["garble", "short", "never", "late"])
def test_a_bad_answer_is_asked_for_again_and_counted(how: str) -> None:
    async def work() -> None:
        tags = [tag(1, "1/holding/0"), tag(2, "1/holding/50")]
        async with units() as line:
            line.spoil = [how]
            async with running(line, *tags) as (driver, sink, task):
                await until(sink, task, lambda: len(sink.all) == 2)
                # A late answer to the first request must not be taken for that of the second.
                assert {one.tag: (one.number, one.quality) for one in sink.all} == {1: (100, 0), 2: (150, 0)}
                figures = driver.health().extra
                assert figures["sent_again"] == 1
                assert figures["garbled"] + figures["silences"] == 1

    run(work())


def test_a_silent_unit_is_bad_and_the_other_goes_on() -> None:
    async def work() -> None:
        async with units() as line:
            line.silent.add(2)
            tags = [tag(1, "1/holding/0", deadband=0.0), tag(2, "2/holding/0")]
            async with running(line, *tags, retries=0) as (driver, sink, task):
                await until(sink, task, lambda: bool(sink.of(2)))
                assert [one.quality for one in sink.of(2)] == [Quality.BAD_TIMEOUT]
                line.written[1, 0] = 7
                await until(sink, task, lambda: 7 in [one.number for one in sink.of(1)])
                assert "unit 2" in driver.health().detail
                line.silent.clear()
                await until(sink, task, lambda: sink.of(2)[-1].number == 200)
                assert driver.health().detail == ""

    run(work())


def test_when_nobody_answers_it_is_retry() -> None:
    async def work() -> None:
        async with units() as line:
            line.silent = {1, 2}
            async with running(line, tag(1, "1/holding/0"), tag(2, "2/holding/0"), retries=1) as (driver, _sink, task):
                with pytest.raises(Retry, match="no unit answers"):
                    await task
                assert driver.health().extra["silences"] == 4

    run(work())


def test_a_line_that_cannot_have_the_parity_says_so() -> None:
    async def work() -> None:
        async with units() as line:
            driver = Modbus(Config(transport="rtu", line=line.line, parity="E"))
            with pytest.raises(Reconfigure, match="parity N"):
                await driver.connect()
            await driver.close()

    run(work())


def test_a_plug_that_is_pulled_is_retry() -> None:
    async def work() -> None:
        async with units() as line, running(line, tag(1, "1/holding/0")) as (driver, sink, task):
            await until(sink, task, lambda: bool(sink.all))
            line.pull()
            with pytest.raises(Retry):
                await task
            with pytest.raises(Retry):
                await driver.connect()

    run(work())


def test_only_what_does_not_exist_goes_bad() -> None:
    async def work() -> None:
        good = [tag(number, f"1/holding/{490 + number}") for number in range(1, 9)]
        bad = [tag(20, "1/holding/500"), tag(21, "1/holding/503/uint32"), tag(22, "1/nothing")]
        async with units() as line, running(line, *good, *bad) as (driver, sink, task):
            await until(sink, task, lambda: len({one.tag for one in sink.all}) == 11)
            assert {one.tag: one.number for one in sink.all if one.tag < 20} == {one.id: 590 + one.id for one in good}
            assert {one.quality for one in sink.all if one.tag >= 20} == {Quality.BAD_NODE_UNKNOWN}
            assert driver.health().missing.keys() == {20, 21, 22}
            assert "count from 0" in driver.health().missing[20]
            line.asked.clear()
            line.written[1, 491] = 1
            await until(sink, task, lambda: sink.of(1)[-1].number == 1)
            assert {count for _unit, _address, count in line.asked} == {
                8
            }  # learned: no more parting, nothing asked in vain

    run(work())


def test_a_command_does_not_collide_with_the_reads() -> None:
    async def work() -> None:
        async with units() as line, running(line, tag(1, "1/holding/0", sampling=0)) as (driver, sink, task):
            await until(sink, task, lambda: bool(sink.all))
            target = tag(2, "1/holding/40/int16?scale=0.1")
            outcomes = await asyncio.gather(
                *(driver.write(command(target, number), target) for number in (1.0, 2.0, 3.0))
            )
            assert {one.result for one in outcomes} <= {"done", "failed"}
            assert outcomes[-1].result == "done"
            assert line.written[1, 40] == 30
            assert driver.health().extra["garbled"] == 0
            gone = tag(3, "7/holding/0")
            assert (await driver.write(command(gone, 1.0), gone)).result == "unknown"

    run(work())
