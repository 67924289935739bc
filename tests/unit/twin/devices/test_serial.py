"""The small serial devices and the oven's files, by raw bytes."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from hanmaru.gateway.reader.line import parse_line
from hanmaru.twin.devices.card_reader import CardReader
from hanmaru.twin.devices.label_printer import LabelPrinter
from hanmaru.twin.devices.legacy_oven import LegacyOven
from hanmaru.twin.devices.scale import Scale
from hanmaru.twin.truth import TrueLog


class Line:
    """A serial port, read until a text has come."""

    def __init__(self, path: str) -> None:
        self.file = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    async def until(self, end: bytes, count: int = 1) -> bytes:
        seen = b""
        async with asyncio.timeout(60):
            while seen.count(end) < count:
                try:
                    seen += os.read(self.file, 4096)
                except BlockingIOError:
                    await asyncio.sleep(0.002)
        return seen

    async def ask(self, data: bytes, end: bytes = b"\n", count: int = 1) -> bytes:
        os.write(self.file, data)
        return await self.until(end, count)


async def on(path: str, talk: Callable[[Line], Awaitable[None]]) -> None:
    line = Line(path)
    try:
        await talk(line)
    finally:
        os.close(line.file)


def test_a_scale_weighs_tares_and_tells_overload() -> None:
    async def talk(line: Line) -> None:
        assert await line.ask(b"Q\r\n") == b"ST,GS,+0000.00,kg\r\n"
        scale.put(1.234)
        assert await line.ask(b"Q\r\n") == b"ST,GS,+0001.23,kg\r\n"
        assert await line.ask(b"T\r\nQ\r\n") == b"ST,NT,+0000.00,kg\r\n"
        scale.put(1.0)
        assert await line.ask(b"Q\r\n") == b"ST,NT,-0000.23,kg\r\n"
        assert await line.ask(b"Z\r\nQ\r\n") == b"ST,GS,+0000.00,kg\r\n"
        scale.put(70.0)
        assert (await line.ask(b"Q\r\n")).startswith(b"OL")
        scale.put(2.0, stable=False)
        assert (await line.ask(b"Q\r\n")).startswith(b"US,GS,+000")

    async def go() -> None:
        async with scale:
            await on(scale.path, talk)

    with TrueLog() as log:
        scale = Scale(log=log)
        asyncio.run(go())
        assert [row.text for row in log.rows()][:2] == ["ST,GS,+0000.00,kg", "ST,GS,+0001.23,kg"]


def test_a_printer_prints_and_tells_when_it_cannot() -> None:
    async def talk(line: Line) -> None:
        first = await line.ask(b"^XA^FDring^FS^XZ~HS", b"\x03\r\n", 3)
        assert first.split(b",")[1] == b"0"
        assert printer.printed == ["^XA^FDring^FS^XZ"]
        printer.out_of_paper = True
        second = await line.ask(b"^XA^FDhinge^FS^XZ~HS", b"\x03\r\n", 3)
        assert second.split(b",")[1] == b"1"
        assert second.split(b",")[4] == b"001", "one label waits"
        printer.mend()
        assert printer.printed[-1] == "^XA^FDhinge^FS^XZ"

    async def go() -> None:
        async with printer:
            await on(printer.path, talk)

    printer = LabelPrinter()
    asyncio.run(go())


def test_a_card_reader_prints_what_the_firmware_prints() -> None:
    async def talk(line: Line) -> None:
        booted = parse_line((await line.until(b"\r\n")).splitlines()[0])
        assert (booted.kind, booted.sequence) == ("boot", 1)
        reader.show("C80000010000001000001059")
        reader.show_foreign("04A1B2C3")
        reader.alive()
        told = [parse_line(one) for one in (await line.until(b"\r\n", 3)).splitlines()]
        assert [(one.kind, one.sequence, one.data) for one in told] == [
            ("epc", 2, "C80000010000001000001059"), ("uid", 3, "04A1B2C3"), ("alive", 4, ""),
        ]  # fmt: skip

    async def go() -> None:
        async with reader:
            await on(reader.path, talk)

    reader = CardReader()
    asyncio.run(go())


def test_the_oven_writes_a_file_a_shift_in_the_way_of_old_machines(tmp_path: Path) -> None:
    with TrueLog() as log:
        oven = LegacyOven(tmp_path, log=log)
        evening = datetime(2026, 11, 21, 12, 59, 30, tzinfo=UTC)  # 21:59:30 in Seoul, the end of shift B
        night = datetime(2026, 11, 21, 18, 0, 0, tzinfo=UTC)  # 03:00 of the next day, still shift C of this one
        oven.write(evening, 164.97, 165, 80)
        oven.write(evening.replace(second=59), 165.5, 165, 0)
        oven.write(night, 165.1, 165, 0)
        written = (tmp_path / "20261121-B.csv").read_bytes().decode("cp949")
        assert written == (
            "시각;온도;설정;출력\r\n2026-11-21 21:59:30;165,0;165,0;80,0\r\n2026-11-21 21:59:59;165,5;165,0;0,0\r\n"
        )
        assert sorted(file.name for file in tmp_path.iterdir()) == ["20261121-B.csv", "20261121-C.csv"]
        assert [row.number for row in log.rows() if row.address == "온도"] == [165.0, 165.5, 165.1]
        assert log.rows()[0].source_time == evening.timestamp() * 1e6
