"""Readings as a driver hands them in become readings as they are kept: typed, within bounds, thinned by deadband.

Works on whole batches, because it stands in the way of every reading. What it does, in this order:

- a row of a tag that the source does not have is left out and counted;
- a value of another type than its tag's becomes BAD_TYPE_MISMATCH without a value, a good reading without any value
  BAD_NO_DATA, and a bad one loses its value: a bad quality is never written as a value;
- a text over floor.reading.LONGEST_TEXT bytes is cut at a character and uncertain;
- where the protocol knows no deadband: a good value nearer to the last told one than the tag's deadband is left out.

NaN and the infinities are numbers and pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import LONGEST_TEXT, SCHEMA
from hanmaru.floor.tag import DataType, Tag

_BAD: Final = 0x80000000
_KINDS: Final = {DataType.NUMBER: 0, DataType.INTEGER: 1, DataType.FLAG: 2, DataType.TEXT: 3}


@dataclass(frozen=True, slots=True)
class Shaped:
    """What came out: the batch, and the ids of tags whose type did not fit."""

    batch: pa.RecordBatch
    mismatched: frozenset[int]


class Shaper:
    """The rules for the tags of one source; remembers the last told value of each."""

    def __init__(self, tags: Sequence[Tag], *, deadbands: bool = True) -> None:
        """`deadbands`: apply those of the tags, because the protocol has none."""
        ordered = sorted(tags, key=lambda tag: tag.id)
        self._ids = np.array([tag.id for tag in ordered], np.uint32)
        self._kinds = np.array([_KINDS[DataType(tag.type)] for tag in ordered], np.int8)
        bands = [tag.deadband if deadbands and tag.type in {"number", "integer"} else 0.0 for tag in ordered]
        self._deadbands = np.array(bands, np.float64)
        self._has_deadbands = bool(self._deadbands.any())
        self._told: dict[int, tuple[float, int]] = {}
        self._numbers = np.full(len(ordered), np.nan)
        self._qualities = np.full(len(ordered), Quality.BAD_WAITING_FOR_INITIAL_DATA, np.uint32)
        self.unknown = 0
        self.thinned = 0

    def latest(self, tag: int) -> tuple[float, int]:
        """Answer the last number (NaN if none) and quality of a tag; bad when it has no reading yet."""
        place = int(np.searchsorted(self._ids, tag))
        if place == len(self._ids) or self._ids[place] != tag:
            return float("nan"), int(Quality.BAD_NODE_UNKNOWN)
        return float(self._numbers[place]), int(self._qualities[place])

    def shape(self, batch: pa.RecordBatch) -> Shaped:
        """Apply the rules to a batch of floor.reading.SCHEMA."""
        ids = batch.column(0).to_numpy()
        places = np.searchsorted(self._ids, ids)
        places[places == len(self._ids)] = 0
        known = self._ids[places] == ids if len(self._ids) else np.zeros(len(ids), bool)
        if not known.all():
            self.unknown += int(len(ids) - known.sum())
            batch, places, ids = batch.filter(pa.array(known)), places[known], ids[known]
        batch, mismatched = self._typed(batch, places, ids)
        batch = _cut_texts(batch)
        if self._has_deadbands:
            batch, places = self._thin(batch, places)
        if batch.num_rows:
            self._numbers[places] = batch.column(3).to_numpy(zero_copy_only=False)
            self._qualities[places] = batch.column(5).to_numpy()
        return Shaped(batch, mismatched)

    def _typed(self, batch: pa.RecordBatch, places: Any, ids: Any) -> tuple[pa.RecordBatch, frozenset[int]]:
        kinds = self._kinds[places]
        numbers, texts = batch.column(3), batch.column(4)
        has_number = numbers.is_valid().to_numpy(zero_copy_only=False)
        has_text = texts.is_valid().to_numpy(zero_copy_only=False)
        qualities = batch.column(5).to_numpy()
        bad = (qualities & _BAD) != 0
        fits = np.where(kinds == 3, has_text & ~has_number, has_number & (~has_text | (kinds <= 1)))
        narrow = (kinds == 1) | (kinds == 2)
        if narrow.any():
            fits &= ~narrow | _whole(numbers.to_numpy(zero_copy_only=False), kinds)
        empty = ~bad & ~has_number & ~has_text
        wrong = ~bad & ~fits & ~empty
        worthless = wrong | (bad & (has_number | has_text))
        if not (worthless.any() or empty.any()):
            return batch, frozenset()
        qualities = np.where(wrong, np.uint32(Quality.BAD_TYPE_MISMATCH), qualities)
        qualities = np.where(empty, np.uint32(Quality.BAD_NO_DATA), qualities)
        mask = pa.array(worthless)
        columns = [
            *batch.columns[:3],
            pc.if_else(mask, pa.scalar(None, pa.float64()), numbers),
            pc.if_else(mask, pa.scalar(None, pa.string()), texts),
            pa.array(qualities.astype(np.uint32)),
        ]
        return pa.record_batch(columns, schema=SCHEMA), frozenset(int(one) for one in np.unique(ids[wrong]))

    def _thin(self, batch: pa.RecordBatch, places: Any) -> tuple[pa.RecordBatch, Any]:
        """Leave out what lies within the deadband. It compares with the last told value, so it goes row by row."""
        bands = self._deadbands[places]
        looked_at = np.flatnonzero(bands > 0)
        if not len(looked_at):
            return batch, places
        numbers, qualities = batch.column(3).to_numpy(zero_copy_only=False), batch.column(5).to_numpy()
        keep = np.ones(len(places), bool)
        rows = zip(
            looked_at.tolist(),
            places[looked_at].tolist(),
            bands[looked_at].tolist(),
            numbers[looked_at].tolist(),
            qualities[looked_at].tolist(),
            strict=True,
        )
        told = self._told
        for row, place, band, number, quality in rows:
            before = told.get(place)
            if before and before[1] == quality and abs(number - before[0]) < band:
                keep[row] = False
            else:
                told[place] = (number, quality)
        if keep.all():
            return batch, places
        self.thinned += int(len(keep) - keep.sum())
        return batch.filter(pa.array(keep)), places[keep]


def _whole(numbers: Any, kinds: Any) -> Any:
    """Say which numbers are whole, those of flags 0 or 1; infinities and NaN are not."""
    with np.errstate(invalid="ignore"):
        whole = np.isfinite(numbers) & (np.floor(numbers) == numbers)
    return whole & ((kinds != 2) | (numbers == 0) | (numbers == 1))


def _cut_texts(batch: pa.RecordBatch) -> pa.RecordBatch:
    texts = batch.column(4)
    if texts.null_count == len(texts) or pc.max(pc.binary_length(texts)).as_py() <= LONGEST_TEXT:
        return batch
    lengths = pc.binary_length(texts).to_pylist()
    qualities = batch.column(5).to_pylist()
    cut = []
    for row, (text, length) in enumerate(zip(texts.to_pylist(), lengths, strict=True)):
        if length is not None and length > LONGEST_TEXT:
            cut.append(text.encode()[:LONGEST_TEXT].decode(errors="ignore"))
            qualities[row] = qualities[row] or int(Quality.UNCERTAIN)
        else:
            cut.append(text)
    columns = [*batch.columns[:4], pa.array(cut, pa.string()), pa.array(qualities, pa.uint32())]
    return pa.record_batch(columns, schema=SCHEMA)
