"""From device to history while parts die: what devices offered and what the history holds are the same.

The parts are processes, killed with SIGKILL wherever they are in their work; the network to the bus is cut; the broker
is started again; disks are full. A file keeps everything. An OPC UA server keeps a subscription for a driver that died,
and the next one takes it over; where it has to begin a new one instead, what was said in between was said to nobody.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from hanmaru.floor.tag import Tag
from hanmaru.gateway.wanted import Wanted
from hanmaru.twin.compare import compare
from hanmaru.twin.devices.opcua import OpcUaDevice, Variable
from hanmaru.twin.truth import TrueLog, offered
from tests.loop import small_disk
from tests.loop.house import SITE, House

VARIABLES: Final = [Variable(f"line/v{number}") for number in range(20)]
COLUMNS: Final = ("temperature", "pressure")
BEAT: Final = 0.05  # seconds between two rounds of values
# A driver killed outright has at most this much of what it was sent not yet on its disk: a few deliveries.
IN_FLIGHT: Final = timedelta(seconds=2)
SETTLING: Final = 180.0
OUTAGE: Final = 20.0  # seconds
FULL: Final = 40  # rounds of values that are told while disks are full


def wanted(device: OpcUaDevice, file: Path) -> list[Wanted]:
    opcua = [
        Tag(n, "seongsu/line", f"v{n}", "number", "opcua", device.node_id(variable.name), sampling=0.0)
        for n, variable in enumerate(VARIABLES, 1)
    ]
    files = [
        Tag(n, "seongsu/oven", column, "number", "files", column, sampling=0.0)
        for n, column in enumerate(COLUMNS, len(VARIABLES) + 1)
    ]
    reading = {"url": device.url, "publishing": 0.1, "queue": 1000}
    following = {"path": str(file), "time_column": "time", "looks": 0.05}
    return [
        Wanted(SITE, "opcua", "opcua", reading, tuple(opcua)),
        Wanted(SITE, "files", "files", following, tuple(files)),
    ]


class Devices:
    """Both devices, offering values as long as they are told to."""

    def __init__(self, device: OpcUaDevice, file: Path, log: TrueLog) -> None:
        self.device, self.file, self.log = device, file, log
        self.rounds = 0
        file.write_text("time," + ",".join(COLUMNS) + "\n")

    async def live(self) -> None:
        while True:
            await self.tell()
            await asyncio.sleep(BEAT)

    async def tell(self) -> None:
        """Offer one round of values, every value another than before."""
        self.rounds += 1
        now = datetime.now(UTC)
        with self.file.open("a") as file:
            file.write(f"{now.isoformat()},{self.rounds},{self.rounds / 8}\n")
        for column, value in zip(COLUMNS, (self.rounds, self.rounds / 8), strict=True):
            self.log.add(offered("files", column, round(now.timestamp() * 1e6), value))
        await self.device.offer({one.name: self.rounds + n / 100 for n, one in enumerate(VARIABLES)}, when=now)


Disturb = Callable[[House, Devices], Awaitable[list[datetime]]]  # answers when the driver of the server was killed


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.05)


async def disturb(house: House, kills: int, seed: int) -> list[datetime]:
    """Break one thing after the other and mend it; answer when the driver of the server was killed."""
    choice, died = random.Random(seed), list[datetime]()  # noqa: S311 - a seeded run
    victims = ["nats", "historian", "files", "opcua", "network"] * (kills // 5 + 1)
    choice.shuffle(victims)
    victims[:3] = choice.sample(["nats", "historian", "files"], 3)  # a short run has these
    for victim in victims[:kills]:
        await asyncio.sleep(choice.uniform(0.3, 2.0))
        pause = choice.uniform(0.0, 1.5)
        if victim == "network":
            await house.wire.cut()
            await asyncio.sleep(pause)
            await house.wire.mend()
            continue
        if victim == "opcua":
            died.append(datetime.now(UTC))
        await house.restart(victim, pause)
    return died


def unheard(died: list[datetime], subscribed: list[datetime]) -> list[tuple[int, int]]:
    """Answer the spans, in microseconds, between the death of a driver and a subscription begun anew."""
    spans = []
    for begun in subscribed[1:]:
        before = [when for when in died if when < begun]
        if before:
            spans.append((round((before[-1] - IN_FLIGHT).timestamp() * 1e6), round(begun.timestamp() * 1e6)))
    return spans


async def outage(house: House, devices: Devices) -> list[datetime]:
    """Cut the network for long, and start the broker again meanwhile."""
    before = devices.rounds
    await house.wire.cut()
    await asyncio.sleep(OUTAGE / 2)
    await house.restart("nats", OUTAGE / 2)
    assert devices.rounds - before > OUTAGE / BEAT / 4, "devices spoke all the time"
    await house.wire.mend()
    return []


async def full_disks(house: House, devices: Devices) -> list[datetime]:
    """Fill every disk while the network is cut, so that outboxes have to keep; make room, then mend."""
    await house.wire.cut()
    for name in house.disks:
        house.fill(name)
    await until(lambda: house.says("opcua", "outbox.disk") and house.says("files", "outbox.disk"))
    before = devices.rounds
    await until(lambda: devices.rounds > before + FULL)
    await house.wire.mend()
    await until(lambda: house.says("historian", "historian.trouble"))
    before = devices.rounds
    await until(lambda: devices.rounds > before + FULL)
    for name in house.disks:
        house.make_room(name)
    return []


async def run(folder: Path, disturb: Disturb, *, small_disks: bool = False) -> House:
    """Let devices speak while they are disturbed; all that they offered must be in the history, once, as it was."""
    begin = datetime.now(UTC) - timedelta(seconds=5)
    with TrueLog() as log:
        async with OpcUaDevice(VARIABLES, name="opcua", log=log) as device, House(folder, small_disks) as house:
            devices = Devices(device, folder / "oven.csv", log)
            sources = wanted(device, devices.file)
            tags = {(source.source, tag.address): tag.id for source in sources for tag in source.tags}
            await devices.tell()
            for source in sources:
                await house.drive(source)
            await until(lambda: bool(device.subscribed))
            living = asyncio.create_task(devices.live())
            died = await disturb(house, devices)
            await asyncio.sleep(1.0)
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)
            end = datetime.now(UTC) + timedelta(seconds=5)
            deadline = asyncio.get_running_loop().time() + SETTLING
            while True:
                arrived = await house.history(sorted(tags.values()), begin, end)
                pauses = unheard(died, device.subscribed)
                found = compare(log.rows(), arrived, tags, pauses=pauses)
                if not found.missing or asyncio.get_running_loop().time() > deadline:
                    break
                await asyncio.sleep(1.0)
    (folder / "found.txt").write_text(
        f"{len(house.killed)} kills, {len(died)} of the OPC UA driver, {len(pauses)} pauses: {found}\n"
    )
    assert not found, str(found)
    assert found.offered == devices.rounds * (len(VARIABLES) + len(COLUMNS))
    assert found.outside < found.offered / 2, "most was offered to somebody"
    return house


def disturbed(folder: Path, kills: int, seed: int) -> None:
    house = asyncio.run(run(folder, lambda house, _devices: disturb(house, kills, seed)))
    assert len(house.killed) >= kills * 3 // 5


def test_three_disturbances_lose_nothing(tmp_path: Path) -> None:
    disturbed(tmp_path, kills=3, seed=11)


def test_a_broker_started_again_behind_a_network_cut_for_long_loses_nothing(tmp_path: Path) -> None:
    house = asyncio.run(run(tmp_path, outage))
    assert house.killed[0] == "nats"


@pytest.mark.long  # two disks fill up, one after the other
@pytest.mark.skipif(not small_disk.possible(), reason="this system lets nobody mount a disk of his own")
def test_full_disks_of_gateway_and_historian_lose_nothing(tmp_path: Path) -> None:
    asyncio.run(run(tmp_path, full_disks, small_disks=True))


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_fifty_disturbances_lose_nothing(tmp_path: Path) -> None:
    disturbed(tmp_path, kills=50, seed=12)
