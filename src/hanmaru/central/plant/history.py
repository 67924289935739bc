"""Questions to the historian of a site (those of hanmaru.floor.history), and its answers as plain data."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hanmaru.central.plant.errors import HistoryRefused
from hanmaru.central.plant.link import ask_historian
from hanmaru.floor.quality import is_good

MOST_ASKED: Final = 1000
"""Tags in one question for buckets or newest values."""

TOO_MUCH: Final = {"historian.too_many_rows", "historian.answer_too_large"}

_GAP: Final = 3.5
"""A pause of more than so many buckets or samplings breaks a curve."""

_RARE: Final = 60
_FEW: Final = 10
"""Of a tag that tells changes only: a pause so many times longer than usual breaks its curve, once there are points."""

_PARTS: Final = 12
"""Buckets into which a span is cut to be summed up."""


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a tag at a time (UTC)."""

    at: datetime
    number: float | None
    text: str | None
    quality: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What the history knows of a tag in a span; ``good`` counts good readings."""

    count: int
    good: int
    least: float | None
    most: float | None
    begin: datetime  # of the first part in which anything came
    last_at: datetime | None  # of the last number; texts have none

    @property
    def is_flat(self) -> bool:
        """Whether it never moved."""
        return self.least is not None and self.least == self.most


def table(site: str, question: dict[str, Any]) -> pa.Table:
    """Ask; answer Arrow columns. Raise NoAnswer, HistoryRefused."""
    return columns(ask_historian(site, {**question, "format": "arrow"}))


def columns(answer: bytes) -> pa.Table:
    """Arrow columns of an answer. Raise HistoryRefused."""
    if answer[:1] == b"{":
        error = json.loads(answer)["error"]
        raise HistoryRefused(words=error["message"], why=error["code"])
    with pa.ipc.open_stream(answer) as reader:
        return reader.read_all()


def last(site: str, tags: Sequence[int]) -> dict[int, Value]:
    """The newest value of each tag."""
    return {
        row["tag"]: Value(row["source_time"].replace(tzinfo=UTC), row["number"], row["text"], row["quality"])
        for first in range(0, len(tags), MOST_ASKED)
        for row in table(site, {"ask": "last", "tags": list(tags[first : first + MOST_ASKED])}).to_pylist()
    }


def raw(site: str, tags: Sequence[int], begin: datetime, end: datetime) -> Iterator[pa.Table]:
    """Every reading of a span in tables that one answer can hold: a span that is too full is halved."""
    question = {"ask": "raw", "tags": list(tags), "receive_time": True, **_span(begin, end)}
    try:
        yield table(site, question)
    except HistoryRefused as refusal:
        if refusal.data["why"] not in TOO_MUCH or end - begin < timedelta(milliseconds=10):
            raise
        middle = begin + (end - begin) / 2
        yield from raw(site, tags, begin, middle)
        yield from raw(site, tags, middle, end)


def curves(site: str, due: dict[int, float], begin: datetime, end: datetime, points: int) -> dict[str, Any]:
    """Points to be drawn: {"series": [{"tag", "x", "mean", "min", "max"}]}, x in seconds since 1970.

    ``due`` holds the seconds in which each tag must tell something. Where more is missing, a null breaks the curve.
    With 0 it tells changes only: a pause unlike all others breaks it, and its first and last value hold to the ends.
    """
    if not due:
        return {"series": []}
    found = table(site, {"ask": "trend", "tags": list(due), "points": points, **_span(begin, end)})
    held = _held(site, [tag for tag, seconds in due.items() if not seconds], begin)
    width = (end - begin).total_seconds() / points
    tags = found.column("tag").to_numpy()
    steps = {tag: max(width, seconds) if seconds else math.inf for tag, seconds in due.items()}
    now = min(end, datetime.now(UTC)).timestamp()
    return {"series": [_curve(found, tags, tag, step, held.get(tag), now) for tag, step in steps.items()]}


def _held(site: str, tags: list[int], when: datetime) -> dict[int, tuple[float, float]]:
    """The good numbers that held at a time: (seconds since 1970, number)."""
    if not tags:
        return {}
    rows = table(site, {"ask": "at", "tags": tags, "when": when.isoformat()}).to_pylist()
    return {
        row["tag"]: (when.timestamp(), row["number"])
        for row in rows
        if row["number"] is not None and is_good(row["quality"])
    }


def _curve(
    found: pa.Table, tags: NDArray[np.uint32], tag: int, step: float, held: tuple[float, float] | None, now: float
) -> dict[str, Any]:
    low, high = np.searchsorted(tags, [tag, tag + 1])
    rows = found.slice(int(low), int(high - low))
    x = rows.column("start").cast(pa.int64()).to_numpy() / 1e6
    ys = {name: rows.column(name).fill_null(np.nan).to_numpy() for name in ("mean", "min", "max")}
    if math.isinf(step):
        step = _pause(x)
        x, ys = _held_to_the_ends(x, ys, held, now)
    broken = np.flatnonzero(np.diff(x) > _GAP * step) + 1
    curve = {"tag": tag, "x": np.insert(x, broken, x[broken - 1] + step).tolist()}
    for name in ys:
        y = np.insert(ys[name], broken, np.nan)
        curve[name] = [
            value if math.isfinite(value) else None for value in _rounded(y).tolist()
        ]  # JSON has no infinity
    return curve


def _pause(x: NDArray[np.float64]) -> float:
    """What a tag that tells changes only may be silent without a break: long where its changes are rare."""
    return _RARE * float(np.median(np.diff(x))) if x.size > _FEW else math.inf


def _held_to_the_ends(
    x: NDArray[np.float64], ys: dict[str, NDArray[np.float64]], held: tuple[float, float] | None, now: float
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """The points of a tag that tells changes only, with what held before the first and what holds after the last."""
    if held is not None and (not x.size or x[0] > held[0]):
        x = np.insert(x, 0, held[0])
        ys = {name: np.insert(y, 0, held[1]) for name, y in ys.items()}
    if x.size and x[-1] < now:
        x = np.append(x, now)
        ys = {name: np.append(y, ys["mean"][-1]) for name, y in ys.items()}
    return x, ys


def _rounded(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values with so many digits as can be told apart on a screen."""
    finite = y[np.isfinite(y)]
    with np.errstate(over="ignore"):
        spread = float(np.ptp(finite)) if finite.size else 0.0
    return y if not 0 < spread < math.inf else np.round(y, min(300, max(0, int(5 - np.floor(np.log10(spread))))))


def summary(site: str, tags: Sequence[int], begin: datetime, end: datetime) -> dict[int, Summary]:
    """What came of each tag in a span, of which the beginning is moved to a full part of it."""
    found: dict[int, Summary] = {}
    seconds = max(1, int((end - begin).total_seconds() / _PARTS))
    for first in range(0, len(tags), MOST_ASKED):
        asked = list(tags[first : first + MOST_ASKED])
        parts = table(site, {"ask": "buckets", "tags": asked, "seconds": seconds, **_span(begin, end)})
        found |= _summed(parts)
    return found


def _summed(parts: pa.Table) -> dict[int, Summary]:
    wanted = [("count", "sum"), ("good", "sum"), ("min", "min"), ("max", "max"), ("last_time", "max"), ("start", "min")]
    parts = parts.set_column(0, "tag", pc.cast(parts.column("tag"), pa.int64()))
    return {
        row["tag"]: Summary(
            row["count_sum"], row["good_sum"], row["min_min"], row["max_max"], row["start_min"], row["last_time_max"]
        )
        for row in parts.group_by("tag").aggregate(wanted).to_pylist()
    }


def _span(begin: datetime, end: datetime) -> dict[str, str]:
    return {"begin": begin.isoformat(), "end": end.isoformat()}
