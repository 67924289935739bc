"""The demo's virtual plant, and its machines handed to the gateway. `python -m hanmaru.launch.twin`."""

import asyncio
import json
import os
import threading
import time
import tomllib
import uuid
from datetime import UTC, datetime, timedelta
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import structlog

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.streams import Streams
from hanmaru.floor import subjects
from hanmaru.floor.command import Command, Outcome, Permit
from hanmaru.floor.shapes import from_json, give, take
from hanmaru.kernel.errors import HanmaruError
from hanmaru.launch import asking, logs
from hanmaru.launch.house import House
from hanmaru.launch.settings import Settings, load
from hanmaru.twin.devices.sparkplug.node import Broker
from hanmaru.twin.plant.configuration import FILE
from hanmaru.twin.plant.run import Options, run

AGAIN: Final = 3.0  # seconds until machines that were not taken are handed over again
GANTRY: Final = "gantry"
PICKER: Final = "seongsu/warehouse/picking/gantry-1"
CELLS: Final = ("A1", "B2", "C4", "D5", "B5", "D1", "A1")  # a good goes round, from cell to cell
BETWEEN: Final = 10.0  # seconds between two programs
PATIENCE: Final = timedelta(seconds=60)
HIDDEN: Final = "***"  # what the gateway shows of a password

log = structlog.get_logger(__name__)


def live(settings: Settings) -> None:
    """Run the plant until SIGTERM or SIGINT."""
    logs.configure("twin", settings.node.log_level)
    folder = House(settings.node.data_dir).folder / "twin"

    def ready(addresses: dict[str, str]) -> None:
        log.info("twin.ready", **addresses)
        threading.Thread(target=_hand_over, args=(settings, folder / FILE), daemon=True).start()

    run(Options(folder, broker=_broker()), ready)


def _broker() -> Broker | None:
    """Answer the MQTT listener of the embedded bus, if there is one."""
    port = int(os.environ.get("HANMARU_BUS_MQTT_PORT") or 0)
    bus = urlsplit(os.environ.get("HANMARU_BUS_URL", ""))
    if not port or not bus.hostname:
        return None
    return Broker(bus.hostname, port, unquote(bus.username or ""), unquote(bus.password or ""))


def _hand_over(settings: Settings, file: Path) -> None:
    """Hand the machines to the gateway, again and again until all are taken: it may still be starting."""
    plant = tomllib.loads(file.read_text(encoding="utf-8"))
    while True:
        try:
            if asyncio.run(_apply(settings.node.site, plant)) == 0:
                break
        except HanmaruError as error:
            log.info("twin.not_handed_over", words=str(error))
        time.sleep(AGAIN)
    asyncio.run(_pick(settings.node.site))


async def _pick(site: str) -> None:
    """Let the gantry work, by commands over the bus as an order would: fetch a good, lay it into the next cell."""
    streams = connect_streams(os.environ["HANMARU_BUS_URL"])
    works = cycle([work for pair in pairwise(CELLS) for work in _carry(*pair)])
    homed = False
    while True:
        program, cells = next(works) if homed else ("home", ())
        try:
            homed = await _done(streams, site, program, cells)
        except HanmaruError as error:
            log.info("twin.gantry_waits", words=str(error))
        await asyncio.sleep(BETWEEN)


async def _done(streams: Streams, site: str, program: str, cells: tuple[str, ...]) -> bool:
    """Have a program run; answer whether it was done. After anything else the gantry has to be homed first."""
    now = datetime.now(UTC)
    command = Command(
        id=str(uuid.uuid4()), source=GANTRY, target=PICKER, issued_at=now, expires_at=now + PATIENCE,
        program=program, arguments=cells, who="demo", cause="the demo's gantry at work", permit=Permit("demo"),
    )  # fmt: skip
    async with streams.listen(subjects.outcomes(site, GANTRY)) as told:
        data = json.dumps(give(command)).encode()
        await streams.append(subjects.commands(site, GANTRY), data, message_id=command.id)
        try:
            async with asyncio.timeout(2 * PATIENCE.total_seconds()):
                async for news in told:
                    outcome = take(Outcome, from_json(news.data))
                    if outcome.command == command.id:
                        return outcome.result == "done"
        except TimeoutError:
            log.info("twin.gantry_silent", program=program)
    return False


def _carry(here: str, there: str) -> tuple[tuple[str, tuple[str]], tuple[str, tuple[str]]]:
    return ("fetch", (here,)), ("store", (there,))


async def _apply(site: str, plant: dict[str, Any]) -> int:
    """Answer how many machines were refused. What the gateway has already is left alone: it would start anew."""
    streams = connect_streams(os.environ["HANMARU_BUS_URL"])
    try:
        known = await asking.ask(streams, site, {"do": "list"}, 10)
        if len(known["assets"]) < len(plant["assets"]):
            await asking.ask(streams, site, {"do": "assets", "assets": plant["assets"]})
        has = {source["name"]: source for source in known["sources"]}
        refused = 0
        for source in plant["sources"]:
            tags = [tag for tag in plant["tags"] if tag["source"] == source["name"]]
            if _is_known(source, tags, has.get(source["name"])):
                continue
            try:
                await asking.ask(streams, site, {"do": "store", **source, "tags": tags})
                log.info("twin.handed_over", source=source["name"], tags=len(tags))
            except HanmaruError as error:
                refused += 1
                log.warning("twin.refused", source=source["name"], words=str(error))
        return refused
    finally:
        await streams.close()


def _is_known(source: dict[str, Any], tags: list[dict[str, Any]], known: dict[str, Any] | None) -> bool:
    if known is None or len(known["tags"]) < len(tags):
        return False
    return all(known["config"].get(name) in [value, HIDDEN] for name, value in source["config"].items())


if __name__ == "__main__":
    live(load(None, os.environ))
