"""The plant as one program: started, read, broken, stopped."""

import asyncio
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncua
import pytest
from pymodbus.client import AsyncModbusTcpClient

from hanmaru.floor.asset import Asset
from hanmaru.floor.reading import Reading
from hanmaru.floor.shapes import take
from hanmaru.floor.tag import Tag
from hanmaru.gateway.contract import Node
from hanmaru.gateway.drivers import load
from hanmaru.gateway.drivers.modbus.points import point_of
from hanmaru.twin.plant.run import NotRunning, ask
from hanmaru.twin.truth import read
from tests.contracts.drivers.caught import Caught

SPEED = 50


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("plant")
    command = [
        sys.executable, "-m", "hanmaru.launch.cli", "twin", "--folder", str(place), "--speed", str(SPEED),
        "--every", "0.1", "--log", str(place / "true.arrow"), "--fault", "heater-failing",
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HANMARU_")}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("configuration"):
            break
    yield place
    process.send_signal(signal.SIGTERM)
    assert process.wait(120) == 0
    process.stdout.close()


def configured(folder: Path) -> dict[str, list[dict[str, object]]]:
    return tomllib.loads((folder / "seongsu.toml").read_text(encoding="utf-8"))


def config(folder: Path, name: str) -> dict[str, object]:
    [found] = [one["config"] for one in configured(folder)["sources"] if one["name"] == name]
    assert isinstance(found, dict)
    return found


def test_its_configuration_is_one_of_assets_and_tags(folder: Path) -> None:
    told = configured(folder)
    paths = {Asset(**asset).path for asset in told["assets"]}  # type: ignore[arg-type]
    names = {source["name"] for source in told["sources"]}
    tags = [Tag(id=number, **tag) for number, tag in enumerate(told["tags"], 1)]  # type: ignore[arg-type]
    assert len({tag.path for tag in tags}) == len(tags) > 50
    assert {tag.asset for tag in tags} <= paths
    assert {tag.source for tag in tags} <= names
    assert all(asset.rpartition("/")[0] in paths | {""} for asset in paths), "no asset hangs in the air"


def test_every_source_and_address_is_one_that_its_driver_takes(folder: Path) -> None:
    told = configured(folder)
    for source in told["sources"]:
        take(load(str(source["protocol"])).config, source["config"])
    for tag in told["tags"]:
        if tag["source"] in {"press", "casting"}:
            assert point_of(str(tag["address"])).tag_type == tag["type"], tag


def test_the_serial_devices_are_read_with_units_and_korean_names(folder: Path) -> None:
    told = configured(folder)
    driver_of = load("serial")

    async def go(source: dict[str, Any], telling: Callable[[Reading], bool]) -> dict[str, Node]:
        driver, heard = driver_of(take(driver_of.config, source["config"])), Caught()
        tags = [Tag(id=n, **tag) for n, tag in enumerate(told["tags"]) if tag["source"] == source["name"]]
        await driver.connect()
        running = asyncio.create_task(driver.run(tags, heard))
        try:
            await heard.until(lambda: any(telling(one) for one in heard.all), 60)
            points = {node.address: node for node in await driver.browse()}
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await driver.close()
        for tag in tags:
            point = points[tag.address]
            assert (tag.type, tag.writable) == (point.type, point.writable), tag
            assert any("가" <= letter <= "힣" for letter in tag.description), tag
            assert tag.unit == point.unit or tag.unit.startswith("{"), tag  # what is counted stands in braces
        return points

    sources = {str(source["name"]): source for source in told["sources"] if source["protocol"] == "serial"}
    assert sources.keys() == {"scale", "card-reader", "label-printer"}
    weight = next(n for n, tag in enumerate(told["tags"]) if (tag["source"], tag["address"]) == ("scale", "weight"))
    scale = asyncio.run(go(sources["scale"], lambda one: one.tag == weight and bool(one.number)))  # a good lies on it
    assert 0.2 <= float(scale["weight"].value) <= 4.0
    reader = asyncio.run(go(sources["card-reader"], lambda one: one.text is not None))
    assert len(reader["card"].value) == 24
    printer = asyncio.run(go(sources["label-printer"], lambda one: one.number == 0))
    assert printer["paper_out"].value == "0"


def test_a_client_reads_what_the_true_log_says_and_faults_show(folder: Path) -> None:
    async def go() -> None:
        async with asyncua.Client(str(config(folder, "anodizing")["url"]), timeout=30) as client:
            node = client.get_node("ns=2;s=seal/temperature")
            values = [await node.read_value()]
            async with asyncio.timeout(60):
                while values[-1] > 94:
                    await asyncio.sleep(0.1)
                    values.append(await node.read_value())
            known = {row.number for row in read(folder / "true.arrow") if row.address == "ns=2;s=seal/temperature"}
            assert len(known) > 3
            assert len(set(values) - known) <= 1, "the last may still be on its way to the file"

    asyncio.run(go())


def test_a_setpoint_written_moves_the_machine(folder: Path) -> None:
    async def go() -> None:
        press = config(folder, "press")
        client = AsyncModbusTcpClient(str(press["host"]), port=int(str(press["port"])))
        await client.connect()
        await client.write_registers(0, [0x4170, 0x0000], device_id=1)  # 15.0 strokes a minute
        async with asyncio.timeout(60):
            while (await client.read_input_registers(2, count=1, device_id=1)).registers[0] > 155:  # noqa: ASYNC110 - polled
                await asyncio.sleep(0.05)
        client.close()

    asyncio.run(go())


def test_faults_are_switched_while_it_runs(folder: Path) -> None:
    assert ask(folder, "fault sensor-nan on") == "sensor-nan is on: A sensor says not-a-number"
    assert ask(folder, "fault sensor-nan off").startswith("sensor-nan is off")
    assert ask(folder, "fault earthquake on").startswith("! There is no fault earthquake")
    assert ask(folder, "fault jam sideways").startswith("! Say")


def test_files_and_ports_lie_in_its_folder(folder: Path) -> None:
    deadline = time.monotonic() + 120
    while not list((folder / "oven").glob("*.csv")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert {one.name for one in (folder / "ports").iterdir()} == {
        "casting", "gantry", "scale", "label-printer", "card-reader"
    }  # fmt: skip


def test_nobody_answers_where_no_plant_runs(tmp_path: Path) -> None:
    with pytest.raises(NotRunning, match="hanmaru twin"):
        ask(tmp_path, "fault jam on")
