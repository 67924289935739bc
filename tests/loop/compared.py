"""A run from device to history that is disturbed; all that devices offered must be in the history, once, as it was."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import Reading
from hanmaru.twin.compare import Differences, compare
from hanmaru.twin.devices.opcua import OpcUaDevice
from hanmaru.twin.truth import TrueLog
from tests.loop.devices import COLUMNS, VARIABLES, Devices, wanted
from tests.loop.house import House

# A driver killed outright has at most this much of what it was sent not yet on its disk: a few deliveries.
IN_FLIGHT: Final = timedelta(seconds=2)
SETTLING: Final = 600.0  # seconds at most, as is the next
PATIENCE: Final = 600.0
SERVER_PATIENCE: Final = 60.0

Disturb = Callable[[House, Devices], Awaitable[list[datetime]]]  # answers when the driver of the server was killed


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run left: the history in order of arrival, and in it what the gateway said itself of its device."""

    house: House
    found: Differences
    arrived: list[Reading]
    said: list[Reading]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.05)


def unheard(died: list[datetime], subscribed: list[datetime]) -> list[tuple[int, int]]:
    """Answer the spans, in microseconds, between the death of a driver and a subscription begun anew."""
    spans = []
    for begun in subscribed[1:]:
        before = [when for when in died if when < begun]
        if before:
            spans.append((round((before[-1] - IN_FLIGHT).timestamp() * 1e6), round(begun.timestamp() * 1e6)))
    return spans


async def run(made: House, disturb: Disturb, address: str = "127.0.0.1", patience: float = SERVER_PATIENCE) -> Ran:
    """Let devices speak at an address while they are disturbed, and compare.

    `patience` of the driver with the server: where the line to it is not disturbed, only a busy machine is late.
    """
    begin = datetime.now(UTC) - timedelta(seconds=5)
    with TrueLog() as log:
        async with OpcUaDevice(VARIABLES, name="opcua", log=log, address=address) as device, made as house:
            devices = Devices(device, house.folder / "oven.csv", log)
            sources = wanted(device, devices.file, patience)
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
                history = await house.history(sorted(tags.values()), begin, end)
                said = [one for one in history if one.quality == Quality.BAD_NOT_CONNECTED]
                arrived = [one for one in history if one.quality != Quality.BAD_NOT_CONNECTED]
                pauses = unheard(died, device.subscribed)
                found = compare(log.rows(), arrived, tags, pauses=pauses)
                if not found.missing or asyncio.get_running_loop().time() > deadline:
                    break
                await asyncio.sleep(1.0)
    (house.folder / "found.txt").write_text(
        f"{len(house.killed)} kills, {len(died)} of the OPC UA driver, {len(pauses)} pauses: {found}\n"
    )
    assert not found, str(found)
    assert found.offered == devices.rounds * (len(VARIABLES) + len(COLUMNS))
    assert found.outside < found.offered / 2, "most was offered to somebody"
    return Ran(house, found, arrived, said)
