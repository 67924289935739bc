"""Writes the folder of a new driver with its bench and its tests: what passes already, and what is to be done.

The pieces keep to the same rules as everything else (style, types), so that what fails is only what is missing: the
test `test_nothing_is_left_to_do` until the score card has no `todo`, and each rule that is set to `done` too early.
"""

import keyword
import re
from pathlib import Path
from typing import Final

from hanmaru.gateway.scorecard import RULES
from hanmaru.kernel.errors import Conflict, Invalid

NAME: Final = re.compile(r"[a-z][a-z0-9]{1,30}")


class BadDriverName(Invalid):
    """A name that cannot be one of a driver's folder."""

    code = "launch.bad_driver_name"
    message = "%(name)s: a driver is called by 2 to 31 small letters and digits, a letter first, and no word of Python"


class DriverIsThere(Conflict):
    """The driver has been begun already, or the place is no repository."""

    code = "launch.driver_is_there"
    message = "%(folder)s: %(why)s"


def write(name: str, root: Path) -> list[Path]:
    """Write the files into the repository `root`; answer them. Raise BadDriverName, DriverIsThere."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise BadDriverName(name=name[:64])
    drivers = root / "src" / "hanmaru" / "gateway" / "drivers"
    if not drivers.is_dir():
        raise DriverIsThere(folder=root, why="this is no copy of Hanmaru's source; name one with --into")
    if (drivers / name).exists():
        raise DriverIsThere(folder=drivers / name, why="it is there already; nothing was written")
    title = name.capitalize()
    files = {
        drivers / name / "__init__.py": f'"""{title} devices."""\n',
        drivers / name / "config.py": CONFIG,
        drivers / name / "driver.py": DRIVER,
        drivers / name / "scorecard.toml": _card(),
        root / "tests" / "contracts" / "drivers" / "benches" / f"{name}.py": BENCH,
        root / "tests" / "unit" / "gateway" / "drivers" / name / f"test_{name}_driver.py": TEST,
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("@name@", name).replace("@Title@", title), encoding="utf-8")
    return list(files)


def _card() -> str:
    rules = "".join(f'{rule} = {{ todo = "{asks}" }}\n' for rule, asks in RULES.items())
    return CARD + rules


CARD: Final = """\
protocol = "@name@"
title = "@Title@"
title_ko = "@Title@"
schemes = ["@name@"]
made_with = "the standard library"

[rules]
"""

CONFIG: Final = '''\
"""What the @name@ driver must know of a device."""

from dataclasses import dataclass

from hanmaru.floor.shapes import told


@dataclass(frozen=True, slots=True)
class @Title@Config:
    """Where the device is."""

    host: str = told("Name or address of the device.", longest=253)
    port: int = told("Its port.", low=1, high=65_535, default=4000)
    patience: float = told("Seconds that the device gets to answer.", low=0.1, high=60, default=5.0)
'''

DRIVER: Final = '''\
"""The @name@ driver. docs/how-to/add-a-driver.md tells how to go on."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar

from hanmaru.floor.command import Command, Outcome
from hanmaru.floor.tag import Tag
from hanmaru.floor.words import sentence
from hanmaru.gateway.contract import Health, Node, Sink
from hanmaru.gateway.drivers.@name@.config import @Title@Config
from hanmaru.gateway.errors import Stop


class @Title@Driver:
    """Speaks with one device."""

    protocol: ClassVar[str] = "@name@"
    config: ClassVar[type[@Title@Config]] = @Title@Config

    def __init__(self, config: @Title@Config) -> None:
        self._config = config
        self._connected = False

    async def connect(self) -> None:
        """Reach the device. Raise Retry, Reconfigure, Stop."""
        raise self._not_written()

    async def browse(self, address: str = "") -> Sequence[Node]:  # noqa: ARG002 - not written yet
        """Answer what lies below an address."""
        raise self._not_written()

    async def run(self, tags: Sequence[Tag], sink: Sink) -> None:  # noqa: ARG002 - not written yet
        """Read until cancelled or broken. Raise Retry, Reconfigure, Stop."""
        raise self._not_written()

    async def write(self, command: Command, tag: Tag | None) -> Outcome:  # noqa: ARG002 - not written yet
        """Carry out a command and read back."""
        return Outcome(command.id, "refused", datetime.now(UTC), reason="This driver cannot write yet")

    def health(self) -> Health:
        """Answer how it fares."""
        return Health(connected=self._connected)

    async def close(self) -> None:
        """Let go of the device."""
        self._connected = False

    def _not_written(self) -> Stop:
        why, remedy = sentence("this driver is not written yet"), sentence("Write it")
        return Stop(device=self._config.host, why=why, remedy=remedy)
'''

BENCH: Final = '''\
"""A @name@ device on the bench of the contract suite; tests/contracts/drivers/bench.py tells what each part is for."""

from collections.abc import Sequence
from typing import ClassVar

from hanmaru.floor.tag import Tag
from tests.contracts.drivers.bench import DeviceBench
from tests.contracts.drivers.bench import tag as a_tag


class Bench(DeviceBench):
    """Put a device of @name@ here that shares no code with the driver."""

    wrong: ClassVar = {"port": 70_000, "host": 7}

    def config(self) -> dict[str, object]:
        return {"host": "127.0.0.1", "port": 4000}

    def url(self) -> str:
        return "@name@://127.0.0.1:4000"

    def tags(self) -> Sequence[Tag]:
        return [a_tag(1, "temperature"), a_tag(2, "running", "flag")]

    def unknown(self) -> Tag:
        return a_tag(9, "nowhere")

    async def change(self, tag: Tag, number: float) -> None:
        raise NotImplementedError("let the device measure this")

    async def start(self) -> None:
        """Start the device."""

    async def stop(self) -> None:
        """Pull its plug."""
'''

TEST: Final = '''\
"""What is particular to the @name@ driver; what all drivers do is tried by tests/contracts/drivers."""

from hanmaru.gateway.drivers import card


def test_nothing_is_left_to_do() -> None:
    left = {rule: answer.words for rule, answer in card("@name@").rules.items() if answer.state == "todo"}
    assert left == {}, "set each to done, with its test, or to exempt, with the reason"
'''
