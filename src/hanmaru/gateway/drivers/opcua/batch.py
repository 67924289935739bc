"""Columns as they came from the server, made into readings of our tags. No network here.

A value that does not fit the type of its tag is not written: the reading is bad with `BAD_TYPE_MISMATCH`. A bad quality
takes the value away, a good one without a value becomes `BAD_NO_DATA`; all other codes of the server stay as they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import SCHEMA
from hanmaru.floor.tag import Tag
from hanmaru.gateway.drivers.opcua.wire import Columns

FILETIME_OF_1970: Final = 116_444_736_000_000_000
LAST_FILETIME: Final = 2_650_467_743_999_999_999  # end of the year 9999, "no end" in Part 6, 5.2.2.5
BATCH_TEXT: Final = 4 * 1024 * 1024  # bytes of text in one batch: half of what the bus carries in one message
SEVERITY_BAD: Final = 0x80000000
CODE: Final = 0xFFFF0000


@dataclass(slots=True)
class Made:
    """Batches of readings, and what is worth telling of them."""

    batches: list[pa.RecordBatch]
    mismatched: list[int]
    fitting: npt.NDArray[np.uint32]  # tags that had a value which is not bad
    unknown: list[int]  # tags whose node the server says it does not know


class Book:
    """The tags that are read: which exist, which of them want text, and the deadbands that we keep ourselves."""

    def __init__(self, tags: Iterable[Tag]) -> None:
        listed = sorted(tags, key=lambda tag: tag.id)
        self._ids = np.array([tag.id for tag in listed], np.uint32)
        self._wants_text = np.array([tag.type == "text" for tag in listed], np.bool_)
        self._bands: dict[int, float] = {}
        self._told: dict[int, float] = {}

    def keep_deadband(self, tag: Tag) -> None:
        """Keep the deadband of a tag here: the server cannot."""
        self._bands[tag.id] = tag.deadband

    def make(self, columns: Columns, received: int) -> Made:
        """Make readings of columns whose handles are tags; `received` is our time in microseconds since 1970."""
        place = np.searchsorted(self._ids, columns.handle)
        place[place == len(self._ids)] = 0
        ours = self._ids[place] == columns.handle if len(self._ids) else np.zeros(len(columns), np.bool_)
        has_text = np.zeros(len(columns), np.bool_)
        has_text[list(columns.text)] = True
        quality = columns.status.copy()
        for row in columns.cut:
            quality[row] |= np.uint32(Quality.UNCERTAIN)
        bad = quality & SEVERITY_BAD != 0
        wants_text = self._wants_text[place] if len(self._ids) else has_text
        fits = np.where(wants_text, has_text & ~columns.has_number, columns.has_number)
        mismatch = ours & ~bad & ~fits & (columns.has_number | has_text)
        empty = ours & ~bad & ~columns.has_number & ~has_text
        quality[mismatch] = Quality.BAD_TYPE_MISMATCH
        quality[empty] = Quality.BAD_NO_DATA
        valued = ours & (quality & SEVERITY_BAD == 0)
        rows = np.flatnonzero(ours if not self._bands else ours & self._beyond(columns, valued))
        times = _times(columns, received)
        return Made(
            [_batch(columns, part, times, received, valued, quality) for part in _parts(rows, columns) if len(part)],
            columns.handle[mismatch].tolist(),
            columns.handle[valued],
            columns.handle[ours & (quality & CODE == Quality.BAD_NODE_UNKNOWN)].tolist(),
        )

    def _beyond(self, columns: Columns, valued: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Say of each row whether it goes beyond the deadband that we keep for its tag; bad ones always do."""
        kept = np.ones(len(columns), np.bool_)
        for row in np.flatnonzero(np.isin(columns.handle, list(self._bands))):
            tag, number = int(columns.handle[row]), float(columns.number[row])
            if not valued[row]:
                self._told.pop(tag, None)
            elif tag in self._told and abs(number - self._told[tag]) <= self._bands[tag]:
                kept[row] = False
            else:
                self._told[tag] = number
        return kept


def _times(columns: Columns, received: int) -> npt.NDArray[np.int64]:
    """Answer when each value was so, in microseconds since 1970: by its source, else by the server, else by us."""
    source = (columns.source > 0) & (columns.source < LAST_FILETIME)
    server = (columns.server > 0) & (columns.server < LAST_FILETIME)
    stamp = np.where(source, columns.source, columns.server)
    return np.where(source | server, (stamp - FILETIME_OF_1970) // 10, received)


def _parts(rows: npt.NDArray[np.int64], columns: Columns) -> list[npt.NDArray[np.int64]]:
    """Part rows so that no batch holds more text than a message of the bus can carry."""
    if sum(map(len, columns.text.values())) * 4 < BATCH_TEXT:
        return [rows]
    parts: list[list[int]] = [[]]
    held = 0
    for row in rows.tolist():
        size = len(columns.text.get(row, "").encode())
        if held + size > BATCH_TEXT and parts[-1]:
            parts.append([])
            held = 0
        parts[-1].append(row)
        held += size
    return [np.array(part, np.int64) for part in parts]


def _batch(
    columns: Columns,
    rows: npt.NDArray[np.int64],
    times: npt.NDArray[np.int64],
    received: int,
    valued: npt.NDArray[np.bool_],
    quality: npt.NDArray[np.uint32],
) -> pa.RecordBatch:
    numbers = pa.array(columns.number[rows], mask=~(columns.has_number[rows] & valued[rows]))
    texts: Sequence[str | None] = (
        [columns.text.get(row) if valued[row] else None for row in rows.tolist()] if columns.text else []
    )
    moment = SCHEMA.field("source_time").type
    return pa.record_batch(
        [
            pa.array(columns.handle[rows]),
            pa.array(times[rows]).cast(moment),
            pa.array(np.full(len(rows), received, np.int64)).cast(moment),
            numbers,
            pa.array(texts, pa.string()) if columns.text else pa.nulls(len(rows), pa.string()),
            pa.array(quality[rows]),
        ],
        schema=SCHEMA,
    )


def single(tag: int, quality: int, received: int) -> pa.RecordBatch:
    """Make the one reading of a tag that has no value, with the quality that says why."""
    columns = Columns.of(1)
    columns.handle[0], columns.status[0] = tag, quality
    none = np.zeros(1, np.bool_)
    return _batch(columns, np.array([0]), np.array([received]), received, none, columns.status)
