"""From device to history while parts die: what devices offered and what the history holds are the same.

The parts are processes, killed with SIGKILL wherever they are in their work; the network to the bus is cut; the broker
is started again; disks are full. A file keeps everything. An OPC UA server keeps a subscription for a driver that died,
and the next one takes it over; where it has to begin a new one instead, what was said in between was said to nobody.
"""

import asyncio
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from tests.loop import small_disk
from tests.loop.compared import run, until
from tests.loop.devices import BEAT, Devices
from tests.loop.house import House

pytestmark = pytest.mark.timeout(1800)  # on a busy machine; a calm one takes half a minute
OUTAGE: Final = 20.0  # seconds
FULL: Final = 40  # rounds of values that are told while disks are full


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


def disturbed(folder: Path, kills: int, seed: int) -> None:
    ran = asyncio.run(run(House(folder), lambda house, _devices: disturb(house, kills, seed)))
    assert ran.said == [], "no instance lived long enough to miss its device"
    assert len(ran.house.killed) >= kills * 3 // 5


def test_three_disturbances_lose_nothing(tmp_path: Path) -> None:
    disturbed(tmp_path, kills=3, seed=11)


def test_a_broker_started_again_behind_a_network_cut_for_long_loses_nothing(tmp_path: Path) -> None:
    ran = asyncio.run(run(House(tmp_path), outage))
    assert ran.house.killed[0] == "nats"
    assert ran.said == []


@pytest.mark.long  # two disks fill up, one after the other
@pytest.mark.skipif(not small_disk.possible(), reason="this system lets nobody mount a disk of his own")
def test_full_disks_of_gateway_and_historian_lose_nothing(tmp_path: Path) -> None:
    asyncio.run(run(House(tmp_path, small_disks=True), full_disks))


@pytest.mark.long
def test_fifty_disturbances_lose_nothing(tmp_path: Path) -> None:
    disturbed(tmp_path, kills=50, seed=12)
