"""A scale that is asked for its weight, on a pseudo terminal whose plug can be pulled."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from hanmaru.floor.tag import Tag
from hanmaru.twin.devices.scale import Scale
from tests.contracts.drivers.bench import DeviceBench
from tests.contracts.drivers.bench import tag as a_tag


class Bench(DeviceBench):
    """Lays goods on the scale."""

    wrong: ClassVar = {"baud": 1, "port": "COM1", "device": "lamp", "encoding": "nothing"}

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.scale = Scale(link=folder / "scale")

    def config(self) -> dict[str, object]:
        return {"port": self.scale.path, "ask": "Q", "every": 0.05, "patience": 3.0}

    def url(self) -> str:
        return f"serial://{self.scale.path}?device=scale&ask=Q"

    def tags(self) -> Sequence[Tag]:
        return [a_tag(1, "weight"), a_tag(2, "stable", "flag")]

    def unknown(self) -> Tag:
        return a_tag(9, "height")

    async def change(self, tag: Tag, number: float) -> None:
        self.scale.put(number)

    async def start(self) -> None:
        self.scale.cable.plug()

    async def stop(self) -> None:
        self.scale.cable.pull()

    async def hang(self) -> None:
        self.scale.show = lambda *_asked: None  # type: ignore[method-assign]
