"""What a driver does, whichever protocol it speaks. tests/contracts/drivers runs one suite over all of them.

A driver is a folder under gateway/drivers with `driver.py` (the class), `config.py` (its configuration, a shape of
floor.shapes that checks itself), protocol code apart from mapping, and `scorecard.toml`. Everything is asynchronous and
runs in one process of its own. A driver does not know other drivers, the bus or the outbox: it is handed a Sink.

What a driver may have besides; what its class lacks, it does without:

- `keep_in(self, folder: Path) -> None`, called before `connect`: a folder of its own for what it must remember over a
  restart, such as the byte it has read up to. See `Keeps`.
- `from_url(cls, url: str) -> Self` on its configuration: makes one of an address that a person types. See `drivers`.
- `connecting`, the most seconds that its `connect` takes, where its configuration says how slow the device may be. See
  `Patient`.
- `heard` and `silence`, by which the session notices that nothing comes any more, where the driver asks its device
  again and again. See `Polls`.
- Class attributes of `Traits`, where the protocol is not like most.

A field of a configuration that nobody may see again is declared with `told(..., secret=True)`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

import pyarrow as pa

from hanmaru.floor.command import Command, Outcome
from hanmaru.floor.tag import Tag
from hanmaru.floor.words import Sentence


@dataclass(frozen=True, slots=True)
class Node:
    """One thing found on a device by browsing; a `point` can become a tag, a `folder` can be looked into."""

    address: str
    name: str
    kind: Literal["folder", "point", "method"]
    type: Literal["number", "integer", "flag", "text"] = "number"
    unit: str = ""
    writable: bool = False
    description: str = ""
    value: str = ""  # as it is now, for people


@dataclass(frozen=True, slots=True)
class Health:
    """How a driver fares. `missing` are tags whose address the device does not know, with the reason in words."""

    connected: bool
    detail: str = ""
    skew: float | None = None  # seconds that the device's clock is ahead of ours
    missing: Mapping[int, str] = field(default_factory=dict)
    extra: Mapping[str, float] = field(default_factory=dict)  # figures of the protocol: sessions, requests, rebirths


class Sink(Protocol):
    """Where a driver puts what it read. Never waits for the network: behind it are a bounded queue and a disk."""

    def readings(self, batch: pa.RecordBatch) -> None:
        """Take a batch of floor.reading.SCHEMA."""

    def event(self, kind: str, words: Sentence, **data: object) -> None:
        """Tell that something happened, such as `reconnected`, `sequence_gap`, `alarm`."""

    async def kept(self) -> None:
        """Wait until all that was handed in so far is on the disk: who marks its place waits for this first."""


class Driver(Protocol):
    """One instance speaks with one device (or one bus of devices). Made with its checked configuration."""

    protocol: ClassVar[str]  # as in `opcua`, and the name of its folder
    config: ClassVar[type[Any]]  # the shape of its configuration

    async def connect(self) -> None:
        """Reach the device and make sure that it is the right one. Raise Retry, Reconfigure, Stop."""

    async def browse(self, address: str = "") -> Sequence[Node]:
        """Answer what lies below an address, the root when empty. Protocols without browsing answer what they saw."""

    async def run(self, tags: Sequence[Tag], sink: Sink) -> None:
        """Read or subscribe until cancelled or broken; the plan of blocks is made here. Raise Retry, Reconfigure, Stop.

        Tags that the device does not know get one reading of bad quality with the reason; the others go on.
        """

    async def write(self, command: Command, tag: Tag | None) -> Outcome:
        """Carry out a command and read back. Never raises for a refusal of the device: that is an outcome.

        Called while `run` is under way, and while an earlier write is: a hold must overtake the program it holds. Who
        can do but one thing at a time waits by an asyncio.Lock, which keeps the order.
        """

    def health(self) -> Health:
        """Answer how it fares, at once."""

    async def close(self) -> None:
        """Let go of the device; never raises."""


@runtime_checkable
class Keeps(Protocol):
    """A driver that must remember something over a restart."""

    def keep_in(self, folder: Path) -> None:
        """Take a folder of its own, made already; called before `connect`."""


@runtime_checkable
class Patient(Protocol):
    """A driver whose configuration says how long its device may take for an answer."""

    @property
    def connecting(self) -> float:
        """Answer the most seconds that `connect` takes with a device as slow as its configuration allows."""


@runtime_checkable
class Polls(Protocol):
    """A driver that asks again and again, so that silence means a device, or a driver, that hangs.

    After `silence` seconds, and five samplings, without an answer the session tells it and connects anew. An answer
    counts that held nothing new, and a refusal: who hands on changes alone answers here all the same.
    """

    @property
    def heard(self) -> float:
        """Answer the time.monotonic() of the last answer; now, while nothing is to be asked."""

    @property
    def silence(self) -> float:
        """Answer the most seconds between two answers of a device as slow as the configuration allows."""


def patience_with(driver: object, least: float) -> float:
    """Answer the seconds that a driver is given to connect: as many as it asks for, but not less than `least`."""
    return max(least, driver.connecting) if isinstance(driver, Patient) else least


@dataclass(frozen=True, slots=True)
class Traits:
    """What the session must know of a protocol: class attributes of the driver, each with this default.

    `deadbands`: the device or the driver applies deadbands itself. `history`: readings are old by nature
    (files), so their times say nothing of the device's clock, and a lost connection is no news of the tags.
    """

    deadbands: bool = False
    history: bool = False


def traits_of(driver: object) -> Traits:
    """Answer the traits that a driver's class declares."""
    return Traits(**{name: bool(getattr(driver, name, False)) for name in Traits.__dataclass_fields__})
