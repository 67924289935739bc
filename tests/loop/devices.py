"""The devices of a run: an OPC UA server that tells changes and a machine that writes a file, both with a true log."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from hanmaru.floor.tag import Tag
from hanmaru.gateway.wanted import Wanted
from hanmaru.twin.devices.opcua import OpcUaDevice, Variable
from hanmaru.twin.truth import TrueLog, offered
from tests.loop.house import SITE

VARIABLES: Final = [Variable(f"line/v{number}") for number in range(20)]
COLUMNS: Final = ("temperature", "pressure")
BEAT: Final = 0.05  # seconds between two rounds of values


def wanted(device: OpcUaDevice, file: Path, patience: float) -> list[Wanted]:
    """Answer what the gateway is to do with both; `patience` is the driver's with the server, in seconds."""
    opcua = [
        Tag(n, "seongsu/line", f"v{n}", "number", "opcua", device.node_id(variable.name), sampling=0.0)
        for n, variable in enumerate(VARIABLES, 1)
    ]
    files = [
        Tag(n, "seongsu/oven", column, "number", "files", column, sampling=0.0)
        for n, column in enumerate(COLUMNS, len(VARIABLES) + 1)
    ]
    reading = {"url": device.url, "publishing": 0.1, "queue": 1000, "timeout": patience}
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
