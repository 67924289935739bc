"""What a driver's author writes so that the contract suite can try the driver: a bench with a device on it.

To plug a driver in, add ONE file `tests/contracts/drivers/benches/NAME.py` (NAME is the driver's folder) with one class
`Bench` that extends `DeviceBench`. Nothing else is to be changed: test_contract.py finds it, and fails for a driver
folder that has none. The device may be a virtual one in this process, a program of somebody else, or a file; it must
share no code with the driver.

The suite runs the rules of gateway.scorecard.TRIED for which the driver's scorecard.toml says "done"; a rule that is
`todo` or `exempt` there is skipped with that reason. Every test gets a fresh bench:

    async with Bench(folder) as bench:      # start() and close() are called for you
        driver = make("NAME", bench.config())

What a bench offers:

- `config()`    the configuration, as JSON, that reaches the device. The same after `stop` and `start`.
- `wrong`       fields with a value that the configuration must refuse, each by its name: {"port": 70_000}.
- `url()`       the address as a person would type it for `hanmaru gateway browse`.
- `tags()`      at least two tags that the device has, the first of type number and changeable by `change`.
- `unknown()`   a tag whose address the device does not know.
- `change(tag, number)`  the device itself now measures this. The driver must tell it within 5 s.
- `start()`, `stop()`    the device is there; the device is gone (switched off, plug pulled), as hard as can be.
- `hang()`      the device keeps the line and answers nothing more. `release()` ends that, before close.
- `writable()`  a tag that a command may set, and `held(tag)`: what the device itself then holds.
- `refused()`   a command that the device refuses (a value out of range, a tag that is only read).
"""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from hanmaru.floor.command import Command
from hanmaru.floor.tag import Tag


class DeviceBench(ABC):
    """One device on a bench; see the head of this file."""

    wrong: ClassVar[Mapping[str, object]]

    def __init__(self, folder: Path) -> None:
        """Take an empty folder for whatever the device needs."""
        self.folder = folder

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.release()
        await self.stop()

    @abstractmethod
    def config(self) -> dict[str, object]: ...

    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def tags(self) -> Sequence[Tag]: ...

    @abstractmethod
    def unknown(self) -> Tag: ...

    @abstractmethod
    async def change(self, tag: Tag, number: float) -> None: ...

    @abstractmethod
    async def start(self) -> None:
        """Also called again after `stop`: the device comes back under the same address."""

    @abstractmethod
    async def stop(self) -> None:
        """May be called twice."""

    async def hang(self) -> None:
        raise NotImplementedError("the score card says that cancel is done: let the device hang here")

    def release(self) -> None:  # noqa: B027 - most devices that hang are simply switched off afterwards
        """Undo `hang`, so that nothing is left behind."""

    def writable(self) -> Tag:
        raise NotImplementedError("the score card says that write is done: name a tag that may be set")

    async def held(self, tag: Tag) -> float:
        raise NotImplementedError("the score card says that write is done: look at the device")

    def refused(self) -> tuple[Command, Tag | None]:
        raise NotImplementedError("the score card says that write is done: name what the device refuses")


def tag(number: int, address: str, kind: Literal["number", "integer", "flag", "text"] = "number", **more: Any) -> Tag:
    """Make a tag of the bench."""
    given: dict[str, Any] = {"name": f"tag-{number}", "sampling": 0.05, **more}
    return Tag(id=number, asset="bench/area/line/unit", type=kind, source="bench", address=address, **given)


def command(target: Tag, number: float | None = None, **more: Any) -> Command:
    """Make a command that is valid for a minute."""
    now = datetime.now(UTC)
    return Command(
        id=str(uuid.uuid4()),
        source=target.source,
        target=target.path,
        issued_at=now,
        expires_at=now + timedelta(minutes=1),
        number=number,
        **more,
    )
