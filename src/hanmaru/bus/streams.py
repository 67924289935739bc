"""What must not be lost: streams, keys and objects that are on a disk before they are acknowledged.

The other half of the bus (contract.Bus) carries news to whoever listens just now. This half carries facts. All of it is
asynchronous and belongs to one event loop. tests/contracts/bus runs one suite over every implementation.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Protocol

from hanmaru.bus.envelope import SUBJECT, BadSubject
from hanmaru.kernel.errors import Invalid, Unavailable

LARGEST_MESSAGE: Final = 8 * 1024 * 1024  # bytes, headers and data; the embedded server's max_payload
REDELIVER_AFTER: Final = 60.0  # seconds after which what was not acknowledged comes again


class StreamFull(Unavailable):
    """The stream holds all it may: the producer keeps the message in its outbox and tries again later."""

    code = "bus.stream_full"
    message = "The stream %(stream)s is full; nothing was taken. What was sent stays with the sender"


class NoRoom(Unavailable):
    """The server cannot set aside what a stream may hold."""

    code = "bus.no_room"
    message = (
        "The bus cannot set aside %(megabytes)s MB for %(stream)s. Make room on its disk, or lower what the stream may "
        "hold (HANMARU_BUS_READINGS_MB for READINGS)"
    )


class NotAcknowledged(Unavailable):
    """The server did not say in time that it has the message: it may have it or not. Send it again, with its id."""

    code = "bus.not_acknowledged"
    message = "The bus did not confirm within %(seconds)s s: %(why)s"


class NoSuchStream(Invalid):
    """No stream, bucket or consumer of this name or for this subject."""

    code = "bus.no_such_stream"
    message = "The bus has no %(what)s %(name)s"


class Damaged(Unavailable):
    """What the bus handed over is not what was put there."""

    code = "bus.damaged"
    message = "%(name)s arrived damaged: its SHA-256 is another one. Fetch it again, or put it anew"


class WrongRevision(Invalid):
    """Somebody else changed the key in between: read it again."""

    code = "bus.wrong_revision"
    message = "%(key)s was changed by somebody else; look at it again"


@dataclass(frozen=True, slots=True)
class StreamShape:
    """What a stream is to be. Sizes in bytes, times in seconds; 0 means no bound.

    `full` says what happens at a bound: `refuse` (the producer is told: StreamFull) or `forget` (the oldest go).
    `until` says when a message goes: `limits` (by age and size only) or `taken` (once every consumer has acknowledged).
    """

    name: str
    subjects: tuple[str, ...]
    max_bytes: int
    max_age: float = 0
    full: Literal["refuse", "forget"] = "refuse"
    until: Literal["limits", "taken"] = "limits"
    duplicate_window: float = 120
    consumers: tuple[str, ...] = ()  # durable consumers that exist from the start


@dataclass(frozen=True, slots=True)
class Stored:
    """The bus has it: its number in the stream, and whether it was there before."""

    stream: str
    sequence: int
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Delivered:
    """One message of a stream, to be acknowledged; `deliveries` counts from 1."""

    subject: str
    data: bytes
    sequence: int
    deliveries: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class News:
    """Something told just now."""

    subject: str
    data: bytes


class Consumer(Protocol):
    """A durable place in a stream: what it did not acknowledge comes again, to it or to its successor."""

    async def pull(self, most: int, seconds: float) -> Sequence[Delivered]:
        """Answer up to `most` messages, at once if there are any; none after `seconds`. Raise NoSuchStream.

        A bus that cannot be reached meanwhile is waited for, and brings none.
        """

    async def acknowledge(self, messages: Sequence[Delivered]) -> None:
        """Never send these again. Returns when the server knows."""

    async def return_later(self, message: Delivered, seconds: float) -> None:
        """Send this one again after a while."""

    async def take_back(self) -> None:
        """Let all that was handed out and not acknowledged come again at once, before anything new."""

    async def pending(self) -> int:
        """Answer how many messages are not acknowledged: still to come, or handed out."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A value of a key; None as value says that it was deleted."""

    key: str
    value: bytes | None
    revision: int


class Bucket(Protocol):
    """Keys and values for master data; a key is words parted by dots."""

    async def get(self, key: str) -> Kept | None:
        """Answer the value, or None."""

    async def put(self, key: str, value: bytes, *, revision: int | None = None) -> int:
        """Keep a value; with a revision only if that is still the newest (0: not there yet). Raise WrongRevision."""

    async def delete(self, key: str) -> None:
        """Forget a key."""

    async def all(self, pattern: str = ">") -> Sequence[Kept]:
        """Answer every key that fits, by key."""

    def watch(self, pattern: str = ">") -> AbstractAsyncContextManager[AsyncIterator[Kept]]:
        """Answer what is there now and then every change."""


class Objects(Protocol):
    """Files of any size, checked by SHA-256."""

    async def put(self, name: str, file: Path) -> str:
        """Keep a file under a name; answer its SHA-256 in hex."""

    async def get(self, name: str, file: Path) -> str:
        """Write the object to a file, whole or not at all; answer its SHA-256. Raise NoSuchStream."""

    async def names(self) -> Sequence[str]:
        """Answer what there is."""

    async def delete(self, name: str) -> None:
        """Forget one."""


class Streams(Protocol):
    """A connection to the part of the bus that keeps things."""

    async def ensure(self, shape: StreamShape) -> None:
        """Make the stream, or bring it to this shape, losing nothing. Raise NoRoom, NotAcknowledged."""

    async def append(
        self, subject: str, data: bytes, *, message_id: str, headers: Mapping[str, str] | None = None
    ) -> Stored:
        """Store a message; returns when it is on the disk. Raise StreamFull, NotAcknowledged, NoSuchStream."""

    async def consumer(
        self, stream: str, durable: str, subject: str | None = None, *, take_over: bool = False
    ) -> Consumer:
        """Take up the durable place of that name, made if it is not there. Raise NoSuchStream.

        With `take_over` what a predecessor was handed and did not acknowledge comes again at once, not only after
        REDELIVER_AFTER: for a process that alone uses its place and has just begun.
        """

    async def bucket(self, name: str, *, history: int = 1, max_age: float = 0) -> Bucket:
        """Open a bucket of keys, made if it is not there."""

    async def objects(self, name: str) -> Objects:
        """Open a store of files, made if it is not there."""

    async def tell(self, subject: str, data: bytes) -> None:
        """Send to whoever listens at the moment; not kept, never waited for. Without a connection it is dropped."""

    def listen(self, pattern: str) -> AbstractAsyncContextManager[AsyncIterator[News]]:
        """Hear what is told, and what is appended to streams, from now on. Who does not keep up loses the oldest."""

    async def request(self, subject: str, data: bytes, seconds: float) -> bytes:
        """Ask whoever answers on a subject. Raise NotAcknowledged when nobody does in time."""

    def serve(self, subject: str, queue: str = "") -> AbstractAsyncContextManager[AsyncIterator["Question"]]:
        """Answer questions on a subject; of several with the same queue name one gets each."""

    def is_connected(self) -> bool:
        """Say whether the server answers now."""

    async def close(self) -> None:
        """End the connection."""


class Question(Protocol):
    """Somebody's request."""

    subject: str
    data: bytes

    async def answer(self, data: bytes) -> None:
        """Send the answer."""


def checked_subject(subject: str) -> str:
    """Answer a subject or key that a message can have. Raise BadSubject."""
    if not SUBJECT.fullmatch(subject):
        raise BadSubject(subject=subject)
    return subject
