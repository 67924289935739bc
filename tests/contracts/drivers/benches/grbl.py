"""The virtual gantry on a pseudo terminal."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from hanmaru.floor.command import Command
from hanmaru.floor.tag import Tag
from hanmaru.twin.devices.grbl.device import GrblDevice
from tests.contracts.drivers.bench import DeviceBench, command
from tests.contracts.drivers.bench import tag as a_tag


class Bench(DeviceBench):
    """A machine that stands homed; what it measures is where it stands."""

    wrong: ClassVar = {"port": "COM1", "baud": 1, "fetch": ["G0 X{x}"], "store": ["M8 {what}"], "expected": ["$100"]}

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.machine: GrblDevice | None = None

    def config(self) -> dict[str, object]:
        path = self.machine.path if self.machine else "/dev/none"
        return {"port": path, "look_seconds": 0.03, "silence_seconds": 15}

    def url(self) -> str:
        assert self.machine
        return f"grbl://{self.machine.path}?baud=115200"

    def tags(self) -> Sequence[Tag]:
        return [a_tag(1, "x"), a_tag(2, "state", "text"), a_tag(3, "homed", "flag")]

    def unknown(self) -> Tag:
        return a_tag(9, "w")

    def writable(self) -> Tag:
        return a_tag(4, "$31", writable=True)

    async def held(self, tag: Tag) -> float:
        assert self.machine
        return self.machine.controller.settings[int(tag.address[1:])]

    def refused(self) -> tuple[Command, Tag | None]:
        target = a_tag(5, "$0", writable=True)
        return command(target, 1.0), target

    async def start(self) -> None:
        if self.machine is None:
            self.machine = await GrblDevice(resets_on_open=False).__aenter__()
            self.machine.controller.receive(b"$H\n")
            self.machine.controller.advance(120)
        self.machine.plug()

    async def stop(self) -> None:
        if self.machine is not None:
            self.machine.pull()

    async def __aexit__(self, *_: object) -> None:
        self.release()
        if self.machine is not None:
            await self.machine.__aexit__(None, None, None)

    async def change(self, tag: Tag, number: float) -> None:
        assert self.machine
        _, y, z = self.machine.controller.motion.position
        self.machine.controller.motion.position = (number, y, z)

    async def hang(self) -> None:
        assert self.machine
        self.machine.hung = True

    def release(self) -> None:
        if self.machine is not None:
            self.machine.hung = False
