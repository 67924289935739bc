"""Readings, as columns: what a device said a tag was, when it said so and how far it may be trusted.

A batch of readings is one Arrow record batch of `SCHEMA`. A value is a number or a text. Flags are 0 and 1. NaN and
the infinities are numbers. An integer that a double cannot hold exactly (beyond 2**53) is there twice: rounded in
`number`, exact in `text`. A structure or an array is JSON in `text`. A reading without a value (`BAD_...`) has
neither; a bad quality is never written as a value.

A reading is known by (tag, source_time). Of two with the same, the one received later holds: that is how a correction
supersedes, and why a replay changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa

from hanmaru.floor.quality import Quality
from hanmaru.kernel.errors import Invalid

EXACT: Final = 2**53
LONGEST_TEXT: Final = 1024 * 1024  # bytes, in UTF-8; longer text is cut and the quality says so

SCHEMA: Final = pa.schema(
    [
        pa.field("tag", pa.uint32(), nullable=False),
        pa.field("source_time", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("receive_time", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("number", pa.float64()),
        pa.field("text", pa.string()),
        pa.field("quality", pa.uint32(), nullable=False),
    ]
)


class BadBatch(Invalid):
    """Bytes or columns that are no batch of readings."""

    code = "floor.bad_batch"
    message = "Not a batch of readings: %(why)s"


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading. Times are UTC and aware; `source_time` is the device's own, `receive_time` the gateway's."""

    tag: int
    source_time: datetime
    receive_time: datetime
    number: float | None = None
    text: str | None = None
    quality: int = Quality.GOOD


def batch_of(readings: Iterable[Reading]) -> pa.RecordBatch:
    """Put readings into columns. Raise BadBatch for values that do not fit."""
    rows = list(readings)
    try:
        return pa.record_batch(
            [pa.array([getattr(row, field.name) for row in rows], field.type) for field in SCHEMA], schema=SCHEMA
        )
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
        raise BadBatch(why=str(error)) from error


def readings_of(batch: pa.RecordBatch) -> list[Reading]:
    """Take columns apart into single readings; for tests and small answers, not for streams."""
    return [Reading(**row) for row in batch.to_pylist()]


def encode(batch: pa.RecordBatch) -> bytes:
    """Write a batch as an Arrow IPC stream, its buffers compressed with LZ4."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def decode(data: bytes) -> pa.RecordBatch:
    """Read what `encode` wrote, from whom it may come. Raise BadBatch."""
    try:
        with pa.ipc.open_stream(data) as reader:
            if not reader.schema.equals(SCHEMA):
                raise BadBatch(why=f"its columns are {', '.join(reader.schema.names)[:200]}")
            batches = list(reader)
        for batch in batches:
            batch.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, EOFError) as error:
        raise BadBatch(why=str(error)[:200]) from error
    if len(batches) != 1:
        raise BadBatch(why=f"{len(batches)} record batches, one is allowed")
    return batches[0]


def exact(value: int) -> tuple[float, str | None]:
    """Answer an integer as (number, text): text only where the number cannot hold it exactly."""
    return float(value), None if -EXACT <= value <= EXACT else str(value)


def microseconds(when: datetime) -> int:
    """Answer an aware time as microseconds since 1970."""
    since = when.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
