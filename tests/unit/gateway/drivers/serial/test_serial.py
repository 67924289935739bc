"""What is particular to scales, label printers and card readers on a serial line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hanmaru.floor.quality import Quality
from hanmaru.floor.tag import Tag
from hanmaru.gateway.drivers.serial.config import SerialConfig
from hanmaru.gateway.drivers.serial.devices import Cards, Printer, Scale, Value
from hanmaru.gateway.drivers.serial.driver import SerialDriver
from hanmaru.twin.devices.card_reader import CardReader
from hanmaru.twin.devices.label_printer import LabelPrinter
from hanmaru.twin.devices.scale import Scale as RealScale
from tests.contracts.drivers.bench import command
from tests.contracts.drivers.bench import tag as a_tag
from tests.contracts.drivers.caught import Caught


@pytest.mark.parametrize(
    ("line", "weight", "flags"),
    [
        (b"ST,GS,+0012.34,kg", Value("weight", 12.34), (1, 0, 0)),
        (b"US,NT,-0000.50,kg", Value("weight", -0.5, quality=Quality.UNCERTAIN_SENSOR_NOT_ACCURATE), (0, 0, 1)),
        (b"OL,GS,+9999999,kg", Value("weight", quality=Quality.BAD_SENSOR_FAILURE), (0, 1, 0)),
        (b"   0.00 g", Value("weight", 0.0), (1, 0, 0)),
        (b"+ 12.5kg", Value("weight", 12.5), (1, 0, 0)),
    ],
)
def test_lines_of_scales(line: bytes, weight: Value, flags: tuple[int, int, int]) -> None:
    found = Scale("").take(line)
    assert found == [
        weight,
        *(Value(name, float(one)) for name, one in zip(("stable", "overload", "net"), flags, strict=True)),
    ]


@pytest.mark.parametrize("line", [b"ST,GS,+00", b"\xff\xfe", b"E5", b"ST,GS,+12.3x,kg", b"kg", b"1.2.3 kg"])
def test_rubbish_is_no_weight(line: bytes) -> None:
    assert Scale("").take(line) is None
    assert Cards().take(line) is None
    assert Printer("utf-8").take(line) is None


def test_the_unit_is_that_of_the_line() -> None:
    scale = Scale("")
    scale.take(b"   12.0 g")
    assert scale.points[0].unit == "g"


@asynccontextmanager
async def running(config: SerialConfig, tags: list[Tag]) -> AsyncIterator[tuple[SerialDriver, Caught]]:
    driver, sink = SerialDriver(config), Caught()
    await driver.connect()
    task = asyncio.create_task(driver.run(tags, sink))
    try:
        yield driver, sink
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await driver.close()


def test_a_scale_that_sends_by_itself_is_listened_to_and_tared(tmp_path: Path) -> None:
    async def work() -> None:
        async with RealScale(link=tmp_path / "scale") as scale:
            async with running(SerialConfig(scale.path), [a_tag(1, "weight")]) as (driver, sink):
                scale.put(3.2)
                while not sink.all:
                    scale.show()
                    await asyncio.sleep(0.01)
                assert sink.all[0].number == 3.2
            config = SerialConfig(scale.path, ask="Q", every=0.05)
            async with running(config, [a_tag(1, "weight"), a_tag(2, "net", "flag")]) as (driver, sink):
                outcome = await driver.write(command(a_tag(1, "weight"), program="tare"), None)
                assert outcome.result == "done", outcome
                await sink.until(lambda: any(one.number == 0.0 for one in sink.of(1)))
                await sink.until(lambda: any(one.number == 1.0 for one in sink.of(2)))
                refused = await driver.write(command(a_tag(1, "weight"), program="dance"), None)
                assert (refused.result, "tare, zero" in refused.reason) == ("refused", True)

    asyncio.run(work())


def test_a_label_is_printed_or_the_printer_says_why_not(tmp_path: Path) -> None:
    async def work() -> None:
        async with LabelPrinter(link=tmp_path / "printer") as printer:
            label = a_tag(1, "label", "text", writable=True)
            config = SerialConfig(printer.path, device="printer", every=0.05)
            async with running(config, [a_tag(2, "paper_out", "flag")]) as (driver, sink):
                done = await driver.write(command(label, text="^XA^FO20,20^FD반지^FS^XZ"), label)
                assert (done.result, printer.printed) == ("done", ["^XA^FO20,20^FD반지^FS^XZ"])
                assert (await driver.write(command(label, text="반지"), label)).result == "refused"
                printer.out_of_paper = True
                waits = await driver.write(command(label, text="^XA^XZ"), label)
                assert (waits.result, "paper is out" in waits.reason) == ("failed", True)
                await sink.until(lambda: any(one.number == 1.0 for one in sink.of(2)))
                assert len(printer.printed) == 1

    asyncio.run(work())


def test_cards_are_read_and_a_pulled_plug_is_noticed(tmp_path: Path) -> None:
    async def work() -> None:
        async with CardReader(link=tmp_path / "cards") as reader:
            config = SerialConfig(reader.path, device="rc522", baud=115_200, patience=30)
            async with running(config, [a_tag(1, "card", "text")]) as (driver, sink):
                while not sink.all:
                    reader.show("3074257BF7194E4000001A85")
                    await asyncio.sleep(0.02)
                assert sink.all[0].text == "3074257BF7194E4000001A85"
                reader.show_foreign("04A2B3C4")
                await sink.until(lambda: sink.all[-1].text == "uid:04A2B3C4")
                reader.cable.pull()
                async with asyncio.timeout(60):
                    while driver.health().connected:  # noqa: ASYNC110 - it is looked at, as the page does
                        await asyncio.sleep(0.01)
                assert "plug" in driver.health().detail

    asyncio.run(work())
