"""The true log: every value that a device offered, in order, so that what arrived can be compared reading by reading.

An append-only Arrow IPC stream. A log whose writer was killed is read up to its last whole batch.
"""

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyarrow as pa

Value = float | int | bool | str | None

BATCH: Final = 4096  # rows kept in memory at most
SCHEMA: Final = pa.schema(
    [
        pa.field("device", pa.string(), nullable=False),
        pa.field("address", pa.string(), nullable=False),
        pa.field("source_time", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("number", pa.float64()),
        pa.field("text", pa.string()),
        pa.field("quality", pa.uint32(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Offered:
    """One value that a device gave out; `source_time` in microseconds since 1970, by the device's own clock."""

    device: str
    address: str
    source_time: int
    number: float | None
    text: str | None
    quality: int


def offered(device: str, address: str, source_time: int, value: Value, quality: int = 0) -> Offered:
    """Make a row of a value: a flag is 0 or 1, an integer beyond 2**53 is also there as text."""
    number = text = None
    if isinstance(value, str):
        text = value
    elif value is not None:
        number = float(value)
        if isinstance(value, int) and abs(value) > 2**53:
            text = str(value)
    return Offered(device, address, source_time, number, text, quality)


class TrueLog:
    """Keeps what was offered; in a file when a path is given, in memory when not."""

    def __init__(self, path: Path | None = None) -> None:
        """Begin a new log; one that lies at the path is written over."""
        self._path = path
        self._rows: list[Offered] = []
        self._file = path.open("wb") if path else None
        self._writer = pa.ipc.new_stream(self._file, SCHEMA) if self._file else None
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, row: Offered) -> None:
        """Note one value."""
        self.count += 1
        self._rows.append(row)
        if self._writer is not None and len(self._rows) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is in memory to the file."""
        if self._writer is not None and self._file is not None and self._rows:
            self._writer.write_batch(_batch(self._rows))
            self._file.flush()
            self._rows.clear()

    def rows(self) -> list[Offered]:
        """Answer all rows so far, in order."""
        if self._path is None:
            return list(self._rows)
        self.flush()
        return list(read(self._path))

    def close(self) -> None:
        """Write the rest and end the file."""
        self.flush()
        if self._writer is not None and self._file is not None:
            self._writer.close()
            self._file.close()
            self._writer = None


def read(path: Path) -> Iterator[Offered]:
    """Answer the rows of a log, also of one whose writer was killed."""
    with path.open("rb") as file, suppress(pa.ArrowInvalid, OSError), pa.ipc.open_stream(file) as stream:
        # a torn last batch raises; what stands before it is whole
        for batch in stream:
            columns = batch.to_pydict()
            times = batch.column("source_time").cast(pa.int64()).to_pylist()
            for number, when in enumerate(times):
                yield Offered(
                    columns["device"][number],
                    columns["address"][number],
                    when,
                    columns["number"][number],
                    columns["text"][number],
                    columns["quality"][number],
                )


def same(one: float | None, other: float | None) -> bool:
    """Say whether two numbers are the same, NaN with NaN."""
    if one is None or other is None:
        return one is other
    return one == other or (math.isnan(one) and math.isnan(other))


def _batch(rows: list[Offered]) -> pa.RecordBatch:
    return pa.record_batch(
        [pa.array([getattr(row, field.name) for row in rows], field.type) for field in SCHEMA], schema=SCHEMA
    )
