"""The door: messages of the stream are checked, decoded and handed to the store; what is wrong is set aside."""

import threading
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hanmaru.edge.historian.columns import Integers, tags, times
from hanmaru.edge.historian.set_aside import SetAside
from hanmaru.edge.historian.store import Store
from hanmaru.floor.reading import BadBatch, decode, encode

AHEAD: Final = 86_400_000_000  # microseconds that a device's clock may be ahead of the gateway's
LONG_AGO: Final = 946_684_800_000_000  # the year 2000: a clock that was never set
WRONG_TIMES: Final = (
    "the source time is more than a day ahead of the receive time, before the year 2000, or in a time whose readings "
    "were already removed: set the clock of the device"
)


class Message(Protocol):
    """What the intake looks at of a message of the stream."""

    @property
    def data(self) -> bytes: ...
    @property
    def subject(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


class Intake:
    """Hands messages on and counts."""

    def __init__(self, store: Store, aside: SetAside) -> None:
        self._store, self._aside = store, aside
        self._turn = threading.Lock()
        self.rows = 0
        self.set_aside = 0

    def take(self, messages: Sequence[Message]) -> None:
        """Bring messages to the disk, into the store or aside. Raise OSError: ask for all of them again."""
        data: list[bytes] = []
        batches: list[Any] = []
        for message in messages:
            try:
                batch = _checked(message)
            except BadBatch as error:
                self._set_aside(message.data, str(error), message)
                continue
            wrong = self._wrong_times(batch)
            if wrong is None:
                data.append(message.data)
                batches.append(batch)
                continue
            self._set_aside(encode(batch.filter(pa.array(wrong))), WRONG_TIMES, message)
            if not wrong.all():
                batches.append(batch.filter(pa.array(~wrong)))
                data.append(encode(batches[-1]))
        if data:
            with self._turn:
                self._store.append(data, batches)
                self.rows += sum(batch.num_rows for batch in batches)

    def again(self, name: str) -> int:
        """Try once more what was set aside; answer how many rows it has. Raise NotSetAside, BadBatch, OSError."""
        data = self._aside.data(name)
        batch = decode(data)
        if self._wrong_times(batch) is not None:
            raise BadBatch(why=WRONG_TIMES)
        with self._turn:
            self._store.append([data], [batch])
            self.rows += batch.num_rows
        self._aside.drop(name)
        return int(batch.num_rows)

    def _wrong_times(self, batch: Any) -> NDArray[np.bool_] | None:
        """Answer which rows have a time that cannot be kept; None for none."""
        source: Integers = times(batch["source_time"])
        wrong: NDArray[np.bool_] = (source > times(batch["receive_time"]) + AHEAD) | (source < LONG_AGO)
        too_late = self._store.too_late(tags(batch["tag"]), source)
        if too_late is not None:
            wrong |= too_late
        return wrong if wrong.any() else None

    def _set_aside(self, data: bytes, why: str, message: Message) -> None:
        self._aside.keep(data, why, subject=message.subject, headers=dict(message.headers))
        self.set_aside += 1


def _checked(message: Message) -> Any:
    checksum = message.headers.get("Hanmaru-Crc")
    if checksum is not None and checksum.lower().lstrip("0") != f"{zlib.crc32(message.data):x}".lstrip("0"):
        raise BadBatch(why="its checksum is another one: it was damaged on its way")
    return decode(message.data)
