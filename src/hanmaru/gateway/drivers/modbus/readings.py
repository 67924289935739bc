"""Says what is worth telling: changes beyond the deadband, of quality, and now and then that all is as it was."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from hanmaru.floor.quality import is_bad
from hanmaru.floor.reading import SCHEMA
from hanmaru.floor.tag import Tag


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read of a tag: when (microseconds since 1970), what, and how far it may be trusted."""

    tag: Tag
    at: int
    number: float | None
    text: str | None
    quality: int


class Teller:
    """Remembers what was told of each tag last."""

    def __init__(self, refresh: float) -> None:
        self._refresh = int(refresh * 1e6)
        self._told: dict[int, Seen] = {}

    def worth(self, seen: Iterable[Seen]) -> list[Seen]:
        """Answer what has to be told of what was seen."""
        told = [one for one in seen if self._is_news(one)]
        self._told.update((one.tag.id, one) for one in told)
        return told

    def _is_news(self, now: Seen) -> bool:
        before = self._told.get(now.tag.id)
        if before is None or now.quality != before.quality or now.at - before.at >= self._refresh:
            return True
        if is_bad(now.quality):
            return False
        if now.number is None or before.number is None:
            return now.text != before.text
        if math.isnan(now.number) or math.isnan(before.number):
            return math.isnan(now.number) != math.isnan(before.number)
        if now.number == before.number:
            return now.text != before.text
        return abs(now.number - before.number) > now.tag.deadband


def batch(told: list[Seen]) -> pa.RecordBatch:
    """Put what is to be told into columns. A unit knows no time: that of its answer is the source's."""
    moment = SCHEMA.field("source_time").type
    times = pa.array([one.at for one in told], pa.int64()).cast(moment)
    return pa.record_batch(
        [
            pa.array([one.tag.id for one in told], pa.uint32()),
            times,
            times,
            pa.array([one.number for one in told], pa.float64()),
            pa.array([one.text for one in told], pa.string()),
            pa.array([one.quality for one in told], pa.uint32()),
        ],
        schema=SCHEMA,
    )
