"""The Modbus driver against modbus-serial's TCP server: all types and orders, exceptions, two units, a register map."""

import asyncio
import struct
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hanmaru.floor.quality import Quality
from hanmaru.gateway.drivers.modbus.config import Config
from hanmaru.gateway.drivers.modbus.driver import Modbus
from hanmaru.gateway.ending import ended
from hanmaru.gateway.errors import Reconfigure
from tests.contracts.drivers.bench import command, tag
from tests.contracts.drivers.caught import Caught
from tests.peers.opcua_side import until
from tests.peers.peer import Peer, shared

VALUES: dict[str, tuple[str, Any]] = {
    "int16": (">h", -12345), "uint16": (">H", 54321), "int32": (">i", -(2**31) + 5), "uint32": (">I", 2**32 - 5),
    "int64": (">q", -(2**63) + 5), "uint64": (">Q", 2**64 - 5), "float32": (">f", 1.5), "float64": (">d", -2.5e-300),
}  # fmt: skip
ORDERS = ("abcd", "cdab", "badc", "dcba")


@pytest.fixture(scope="module")
def server() -> Peer:
    return shared("modbus_server.js")


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 240))


@asynccontextmanager
async def running(server: Peer, *tags: Any, **more: Any) -> AsyncIterator[tuple[Modbus, Caught, asyncio.Task[None]]]:
    driver = Modbus(Config(host="127.0.0.1", port=server.at["port"], **more))
    await driver.connect()
    sink = Caught()
    task = asyncio.create_task(driver.run(tags, sink))
    try:
        yield driver, sink, task
    finally:
        assert not await ended({task}, 60)
        await driver.close()


def lying(data: bytes, order: str) -> list[int]:
    """Lay the bytes of a value out as a device of this order has them."""
    words = [data[place : place + 2] for place in range(0, len(data), 2)]
    if order in {"cdab", "dcba"}:
        words.reverse()
    return [int.from_bytes(word, "little" if order in {"badc", "dcba"} else "big") for word in words]


def test_every_type_in_every_order_is_read_from_two_units(server: Peer) -> None:
    async def work() -> None:
        tags, wanted = [], {}
        for unit in (1, 2):
            for row, (kind, (form, value)) in enumerate(VALUES.items()):
                for column, order in enumerate(ORDERS):
                    place = 100 + row * 16 + column * 4
                    server.ask(unit=unit, table="input", address=place, cells=lying(struct.pack(form, value), order))
                    number = unit * 100 + row * 4 + column
                    tags.append(tag(number, f"{unit}/input/{place}/{kind}?order={order}"))
                    wanted[number] = value
        async with running(server, *tags) as (driver, sink, task):
            await until(sink, task, lambda: len({one.tag for one in sink.all}) == len(tags))
            for one in sink.all:
                exact = wanted[one.tag]
                assert one.number == float(exact)
                big = isinstance(exact, int) and abs(exact) > 2**53
                assert one.text == (str(exact) if big else None)
            assert driver.health().extra["blocks"] == 4  # 128 registers of each unit: two requests each

    run(work())


def test_bits_strings_and_fields_are_read_and_set(server: Peer) -> None:
    async def work() -> None:
        server.ask(unit=3, table="discrete", address=4, cells=[1])
        server.ask(unit=3, table="holding", address=200, cells=[0x4142, 0x4300, 0b1010])
        tags = [
            tag(1, "3/discrete/4", "flag"),
            tag(2, "3/holding/200/string?length=4", "text"),
            tag(3, "3/holding/202?bit=1", "flag"),
            tag(4, "3/holding/202?bit=2&bits=3", "integer"),
        ]
        async with running(server, *tags) as (driver, sink, task):
            await until(sink, task, lambda: len({one.tag for one in sink.all}) == 4)
            assert {one.tag: one.number if one.text is None else one.text for one in sink.all} == {
                1: 1,
                2: "ABC",
                3: 1,
                4: 2,
            }
            field = tag(5, "3/holding/202?bit=2&bits=3", "integer")
            assert (await driver.write(command(field, 7.0), field)).result == "done"
            assert server.ask(unit=3, table="holding", get=202)["cells"] == [0b11110]
            text = tag(6, "3/holding/200/string?length=4", "text")
            assert (await driver.write(command(text, text="하"), text)).result == "done"
            await until(sink, task, lambda: sink.of(2)[-1].text == "하")
            coil = tag(7, "3/coil/9", "flag")
            assert (await driver.write(command(coil, 1.0), coil)).read_back == 1
            assert server.ask(unit=3, table="coil", get=9)["cells"] == [1]
            whole = tag(8, "3/holding/300/int64?order=dcba", "integer")
            outcome = await driver.write(command(whole, text=str(2**63 - 1)), whole)
            assert (outcome.result, outcome.read_back) == ("done", float(2**63 - 1))

    run(work())


@pytest.mark.parametrize(
    ("code", "quality"),
    [
        (1, Quality.BAD_CONFIGURATION), (2, Quality.BAD_NODE_UNKNOWN), (3, Quality.BAD_CONFIGURATION),
        (4, Quality.BAD_DEVICE_FAILURE), (6, Quality.BAD_NO_DATA), (8, Quality.BAD_DEVICE_FAILURE),
        (10, Quality.BAD_CONFIGURATION), (11, Quality.BAD_NO_COMMUNICATION),
    ],
)  # fmt: skip
def test_an_exception_says_what_it_means_and_ends(server: Peer, code: int, quality: Quality) -> None:
    async def work() -> None:
        server.ask(unit=4, fail=code, at=50)
        try:
            async with running(server, tag(1, "4/holding/50"), tag(2, "4/input/50")) as (_driver, sink, task):
                await until(sink, task, lambda: bool(sink.of(1)) and bool(sink.of(2)))
                assert (sink.of(1)[0].number, sink.of(1)[0].quality) == (None, quality)
                assert sink.of(2)[0].quality == Quality.GOOD
                server.ask(unit=4, fail=0, at=50)
                if quality in {Quality.BAD_DEVICE_FAILURE, Quality.BAD_NO_DATA, Quality.BAD_NO_COMMUNICATION}:
                    # It is left alone for longer each time, and a busy machine lets many times pass.
                    await until(sink, task, lambda: sink.of(1)[-1].quality == Quality.GOOD, 180)
        finally:
            server.ask(unit=4, fail=0, at=50)

    run(work())


def test_refusals_of_a_command_have_words(server: Peer) -> None:
    async def work() -> None:
        async with running(server) as (driver, _sink, _task):
            for address, number, words in (
                ("5/holding/999", 1.0, "range"),
                ("5/holding/1000", 1.0, "no such address"),
                ("5/input/1", 1.0, "only read"),
                ("5/holding/1/int16", 40_000.0, "does not fit"),
                ("5/holding/1/uint16", 1.5, "whole numbers"),
                ("five/holding/1", 1.0, "number"),
            ):
                target = tag(1, address)
                outcome = await driver.write(command(target, number), target)
                assert outcome.result == "refused"
                assert words in outcome.reason
            asked = command(tag(1, "5/holding/1"), program="home")
            assert (await driver.write(asked, None)).result == "refused"

    run(work())


def test_a_map_in_a_file_names_the_points_and_its_faults(server: Peer, tmp_path: Path) -> None:
    path = tmp_path / "pump.csv"
    path.write_text(
        "unit,table,address,type,scale,name,unit_of_measure,writable\n1,holding,400,int16,0.1,speed,/min,1\n"
    )

    async def work() -> None:
        server.ask(unit=1, table="holding", address=400, cells=[123])
        async with running(server, tag(1, "speed"), map_file=str(path)) as (driver, sink, task):
            await until(sink, task, lambda: bool(sink.all))
            assert sink.all[0].number == pytest.approx(12.3)
            (node,) = await driver.browse()
            assert (node.address, node.unit, node.writable, node.value) == ("speed", "/min", True, "12.3")
        path.write_text("unit,table,address\n1,holding,x\n")
        with pytest.raises(Reconfigure, match="line 2"):
            async with running(server, map_file=str(path)):
                pass
        with pytest.raises(Reconfigure, match="pump"):
            async with running(server, map_file=str(path) + ".not"):
                pass

    run(work())


def test_a_thousand_registers_are_read_by_eight_requests_each_round(server: Peer) -> None:
    async def work() -> None:
        tags = [tag(1 + place, f"6/holding/{place}", "integer", sampling=0) for place in range(1000)]
        server.ask(unit=6, table="holding", address=0, cells=[1] * 1000)
        async with running(server, *tags) as (driver, sink, task):
            await until(sink, task, lambda: len({one.tag for one in sink.all}) == 1000)
            assert driver.health().extra["blocks"] == 8
            server.ask(unit=6, table="holding", address=0, cells=[2] * 1000)
            await until(sink, task, lambda: all(sink.of(one)[-1].number == 2 for one in (1, 500, 1000)))

    run(work())
