"""The OPC UA driver against node-opcua's server: what a plain line carries."""

import asyncio
import json
import math
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from hanmaru.floor.quality import Quality
from hanmaru.gateway.errors import Reconfigure, Retry
from tests.contracts.drivers.bench import command, tag
from tests.contracts.drivers.caught import Caught
from tests.peers.line import Line
from tests.peers.opcua_side import again, bulk, connected, numbers, running, until
from tests.peers.peer import Peer, shared

BULK = 1000


@pytest.fixture(scope="module")
def server() -> Peer:
    return shared("opcua_server.js", bulk=BULK)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 240))


def test_browsing_shows_types_units_rights_and_methods(server: Peer) -> None:
    async def work() -> None:
        async with connected(server.at["url"]) as driver:
            roots = {node.name: node for node in await driver.browse()}
            assert roots["Plant"].kind == "folder"
            plant = {node.name: node for node in await driver.browse(roots["Plant"].address)}
            assert (plant["Measured"].unit, plant["Measured"].type, plant["Measured"].value) == (
                "Cel",
                "number",
                "21.5",
            )
            assert not plant["Fixed"].writable
            assert plant["Level"].writable
            assert plant["Number"].description == "A number that changes"
            assert plant["Add"].kind == "method"
            types = {node.name: node for node in await driver.browse(plant["Types"].address)}
            assert types["TypeBoolean"].type == "flag"
            assert types["TypeInt64"].type == "integer"
            assert types["ArrayDouble"].type == "text"
            assert len(await driver.browse(plant["Bulk"].address)) == BULK

    run(work())


def test_browsing_what_is_not_there_says_so(server: Peer) -> None:
    async def work() -> None:
        async with connected(server.at["url"]) as driver:
            for address in ("ns=1;s=Nowhere", "nonsense", "nsu=urn:nobody;s=x"):
                with pytest.raises(Reconfigure, match="browsing"):
                    await driver.browse(address)

    run(work())


SCALARS = {
    "Boolean": (1, None), "SByte": (-8, None), "Byte": (8, None), "Int16": (-16000, None), "UInt16": (16000, None),
    "Int32": (-2e9, None), "UInt32": (4e9, None), "Int64": (float(2**63 - 1), str(2**63 - 1)),
    "UInt64": (float(2**64 - 1), str(2**64 - 1)), "Float": (1.5, None), "Double": (2.5, None), "String": (None, "하나"),
    "DateTime": (None, "2026-01-31T09:00:00+00:00"), "Guid": (None, "00112233-4455-6677-8899-aabbccddeeff"),
    "ByteString": (None, "AQID"), "NodeId": (None, "ns=1;s=Number"), "StatusCode": (0x808C0000, None),
    "LocalizedText": (None, "hello"), "QualifiedName": (None, "1:name"), "XmlElement": (None, "<a/>"),
}  # fmt: skip


def test_every_built_in_type_arrives_as_it_is(server: Peer) -> None:
    tags = {
        name: tag(number, f"ns=1;s=Type{name}", "number" if value[0] is not None else "text")
        for number, (name, value) in enumerate(SCALARS.items(), 1)
    }

    async def work() -> None:
        sink = Caught()
        async with connected(server.at["url"]) as driver, running(driver, list(tags.values()), sink) as task:
            await until(sink, task, lambda: len({one.tag for one in sink.all}) == len(tags))
        for name, wanted in SCALARS.items():
            (reading, *_) = sink.of(tags[name].id)
            assert (reading.number, reading.text) == wanted, name
            assert reading.quality == Quality.GOOD, name

    run(work())


def test_arrays_and_structures_are_json(server: Peer) -> None:
    names = ["ArrayDouble", "ArrayInt32", "ArrayString", "Structure"]
    tags = [tag(number, f"ns=1;s={name}", "text") for number, name in enumerate(names, 1)]

    async def work() -> None:
        sink = Caught()
        async with connected(server.at["url"]) as driver, running(driver, tags, sink) as task:
            await until(sink, task, lambda: len({one.tag for one in sink.all}) == 4)
        doubles, integers, texts, structure = (json.loads(sink.of(one.id)[0].text or "") for one in tags)
        assert doubles == [1.5, "NaN", "Infinity"]
        assert (integers, texts) == ([1, -2], ["a", "b"])
        assert (structure["Name"], structure["ValueRank"]) == ("speed", -1)

    run(work())


def test_times_and_qualities_of_the_server_are_kept(server: Peer) -> None:
    hour_ahead = 3600.0

    async def work() -> None:
        sink, number = Caught(), tag(1, "ns=1;s=Number")
        async with connected(server.at["url"]) as driver, running(driver, [number], sink) as task:
            await until(sink, task, lambda: bool(sink.all))
            server.ask(set="Number", value=1, at=1_700_000_000_123)
            await until(sink, task, lambda: sink.all[-1].source_time.timestamp() == 1_700_000_000.123)
            server.ask(set="Number", value=2, status="UncertainSensorNotAccurate")
            await until(sink, task, lambda: sink.all[-1].quality == Quality.UNCERTAIN_SENSOR_NOT_ACCURATE)
            assert sink.all[-1].number == 2
            server.ask(set="Number", value=3, status="BadSensorFailure")
            await until(sink, task, lambda: sink.all[-1].quality == Quality.BAD_SENSOR_FAILURE)
            assert (sink.all[-1].number, sink.all[-1].text) == (None, None)
            for value in ("NaN", "Infinity", "-Infinity"):
                server.ask(set="Number", value=value)
                wanted = float(value)
                await until(sink, task, lambda wanted=wanted: alike(sink.all[-1].number, wanted))
            server.ask(set="Number", value=4, at=(sink.all[-1].receive_time.timestamp() + hour_ahead) * 1000)
            await until(sink, task, lambda: sink.all[-1].number == 4)
            assert (sink.all[-1].source_time - sink.all[-1].receive_time).total_seconds() > hour_ahead - 60
            skew = driver.health().skew
            assert skew is not None
            assert abs(skew) < 60  # the clock of the server itself is right

    run(work())


def alike(one: float | None, other: float) -> bool:
    return one is not None and (one == other or (math.isnan(one) and math.isnan(other)))


def test_a_text_of_a_megabyte_comes_whole(server: Peer) -> None:
    async def work() -> None:
        sink, text = Caught(), tag(1, "ns=1;s=TypeString", "text")
        async with connected(server.at["url"]) as driver, running(driver, [text], sink) as task:
            await until(sink, task, lambda: bool(sink.all))
            server.ask(set="TypeString", repeat=["x", 1024 * 1024])
            await until(sink, task, lambda: len(sink.all[-1].text or "") == 1024 * 1024)
            assert sink.all[-1].quality == Quality.GOOD
            server.ask(set="TypeString", repeat=["y", 1024 * 1024 + 1])
            await until(sink, task, lambda: (sink.all[-1].text or "").startswith("y"))
            assert sink.all[-1].quality == Quality.UNCERTAIN
            assert len(sink.all[-1].text or "") == 1024 * 1024
            server.ask(set="TypeString", value="하나")
            await until(sink, task, lambda: sink.all[-1].text == "하나")

    run(work())


def test_a_thousand_nodes_are_watched_and_no_change_is_lost(server: Peer) -> None:
    async def work() -> None:
        sink, tags = Caught(), bulk(BULK, sampling=0)
        async with connected(server.at["url"]) as driver, running(driver, tags, sink) as task:
            await until(sink, task, lambda: len(sink.all) >= BULK)
            last = (await asyncio.to_thread(server.ask, burst=20, pause=20))["round"]
            await until(sink, task, lambda: numbers(sink, tags[-1].id)[-1] == last)
            await until(sink, task, lambda: numbers(sink, tags[0].id)[-1] == last)
            assert driver.health().extra["watched"] == BULK
        for one in (tags[0], tags[BULK // 2], tags[-1]):
            assert [value for value in numbers(sink, one.id) if value > last - 20] == list(range(last - 19, last + 1))

    run(work())


def test_a_deadband_is_kept_by_the_server(server: Peer) -> None:
    async def work() -> None:
        sink, banded = Caught(), tag(1, "ns=1;s=Level", deadband=5.0)
        async with (
            connected(server.at["url"]) as driver,
            running(driver, [banded, tag(2, "ns=1;s=Number")], sink) as task,
        ):
            server.ask(set="Level", value=100)
            await until(sink, task, lambda: 100.0 in numbers(sink, 1))
            server.ask(set="Level", value=103)
            server.ask(set="Number", value=77)
            await until(sink, task, lambda: 77.0 in numbers(sink, 2))
            server.ask(set="Level", value=106)
            await until(sink, task, lambda: 106.0 in numbers(sink, 1))
            assert 103.0 not in numbers(sink, 1)

    run(work())


def test_a_type_that_changes_is_bad_and_the_rest_goes_on(server: Peer) -> None:
    async def work() -> None:
        sink, odd, other = Caught(), tag(1, "ns=1;s=Free"), tag(2, "ns=1;s=Number")
        async with connected(server.at["url"]) as driver, running(driver, [odd, other], sink) as task:
            await until(sink, task, lambda: len(sink.of(1)) == 1)
            server.ask(retype="Free", type="String", value="much")
            await until(sink, task, lambda: sink.of(1)[-1].quality == Quality.BAD_TYPE_MISMATCH)
            assert sink.of(1)[-1].number is None
            assert [kind for kind, _ in sink.events] == ["type_changed"]
            server.ask(set="Number", value=5)
            await until(sink, task, lambda: sink.of(2)[-1].number == 5)
            server.ask(retype="Free", type="Float", value=0.5)
            await until(sink, task, lambda: sink.of(1)[-1].number == 0.5)
            assert driver.health().extra["type_mismatches"] == 0

    run(work())


def test_methods_are_called_and_refusals_are_outcomes(server: Peer) -> None:
    async def work() -> None:
        async with connected(server.at["url"]) as driver:
            asked = command(tag(1, "ns=1;s=Add"), program="ns=1;s=Add", arguments=("1.5", "2"))
            outcome = await driver.write(asked, None)
            assert (outcome.result, outcome.read_back, outcome.reason) == ("done", 3.5, "[3.5]")
            for arguments, words in ((("1", "-2"), "OutOfRange"), (("1",), "takes 2"), (("1", "x"), "argument b")):
                asked = command(tag(1, "ns=1;s=Add"), program="ns=1;s=Add", arguments=arguments)
                outcome = await driver.write(asked, None)
                assert outcome.result == "refused"
                assert words in outcome.reason

    run(work())


def test_a_server_without_subscriptions_is_read_in_a_cycle(server: Peer) -> None:
    async def work() -> None:
        sink, tags = Caught(), [tag(1, "ns=1;s=Level", deadband=5.0), tag(2, "ns=1;s=Structure", "text"), *bulk(400)]
        async with connected(server.at["url"], subscribe=False) as driver, running(driver, tags, sink) as task:
            await until(sink, task, lambda: len({one.tag for one in sink.all}) == 402)
            assert json.loads(sink.of(2)[0].text or "")["Name"] == "speed"
            server.ask(set="Level", value=200)
            await until(sink, task, lambda: 200.0 in numbers(sink, 1))
            server.ask(set="Level", value=203)
            server.ask(burst=1)
            before = len(sink.of(1399))
            await until(sink, task, lambda: len(sink.of(1399)) > before)
            server.ask(set="Level", value=206)
            await until(sink, task, lambda: 206.0 in numbers(sink, 1))
            assert 203.0 not in numbers(sink, 1)

    run(work())


def test_a_cut_line_loses_nothing_that_the_server_still_holds(server: Peer) -> None:
    async def work() -> None:
        line, sink, tags = Line(server.at["port"]), Caught(), bulk(50, sampling=0)
        await line.mend()
        async with connected(f"opc.tcp://127.0.0.1:{line.port}/peer") as driver:
            async with running(driver, tags, sink) as task:
                await until(sink, task, lambda: len(sink.all) >= 50)
                await line.cut()
                with pytest.raises(Retry):
                    await task
            last = (await asyncio.to_thread(server.ask, burst=30, pause=20))["round"]
            await driver.close()  # as the session does before it tries again
            await line.mend()
            await again(driver)
            async with running(driver, tags, sink) as task:
                await until(sink, task, lambda: numbers(sink, tags[-1].id)[-1] == last)
            for one in tags:
                got = sorted({value for value in numbers(sink, one.id) if value > last - 30})
                assert got == list(range(last - 29, last + 1)), one.address
            assert sink.events == []  # the old session goes on: nothing had to be moved, and there is no gap
        await line.cut()

    run(work())


def test_a_restarted_gateway_takes_its_subscription_over(server: Peer, tmp_path: Path) -> None:
    async def work() -> None:
        tags, before, after = bulk(50, sampling=0), Caught(), Caught()
        async with connected(server.at["url"], tmp_path / "kept") as driver, running(driver, tags, before) as task:
            await until(before, task, lambda: len(before.all) >= 50)
        last = (await asyncio.to_thread(server.ask, burst=10, pause=20))["round"]
        async with connected(server.at["url"], tmp_path / "kept") as driver, running(driver, tags, after) as task:
            await until(after, task, lambda: last in numbers(after, tags[-1].id))
            assert [kind for kind, _ in after.events] == ["subscription_taken_over"]
            got = {value for value in numbers(after, tags[0].id) if value > last - 10}
            assert got == set(range(last - 9, last + 1))

    run(work())
