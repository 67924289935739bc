"""Mending a message that the bus refused: as JSON for a person, checked, sent as a new one; the old one is kept.

A batch of readings is written {"readings": [{tag, source_time, receive_time, number, text, quality}]}, times in UTC and
NaN and the infinities as the texts "nan", "inf" and "-inf"; an event or an outcome as it is. The subject stays: a
person mends what a message says, not whose it is.
"""

import base64
import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from json import JSONDecodeError
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from hanmaru.floor.command import Outcome
from hanmaru.floor.quality import is_bad
from hanmaru.floor.reading import LONGEST_TEXT, BadBatch, Reading, batch_of, decode, encode
from hanmaru.floor.shapes import WrongShape, from_json, take, told
from hanmaru.floor.subjects import NAME
from hanmaru.floor.tag import LARGEST_TAG
from hanmaru.floor.words import sentence
from hanmaru.gateway.dead_letters import DeadLetter, lines, sealed
from hanmaru.kernel.errors import Refused

FILE: Final = "mended-letters.jsonl"
LONGEST: Final = 256 * 1024  # characters of a form; a page and a question hold it
MOST_BYTES: Final = 64 * 1024 * 1024
KINDS: Final = frozenset({"readings", "events", "outcomes"})
_UNSAYABLE: Final = frozenset({"nan", "inf", "-inf"})


class NotMendable(Refused):
    """A message that nobody can mend by hand."""

    code = "gateway.not_mendable"
    message = "This message cannot be mended by hand: %(why)s"

    def __init__(self, *, why: str) -> None:
        """Take why, as a sentence."""
        super().__init__(why=why)


class TrailFull(Refused):
    """The list of what was mended takes no more."""

    code = "gateway.trail_full"
    message = "What the message said before cannot be kept (%(why)s), so it was not mended: make room on the disk"


@dataclass(frozen=True, slots=True)
class _Row:
    """A reading as a person writes it."""

    tag: int = told("Number of the tag.", low=1, high=LARGEST_TAG)
    source_time: datetime = told("The device's own time.")
    receive_time: datetime = told("The gateway's time.")
    number: float | None = told("The value, a number.", default=None)
    text: str | None = told("The value, a text.", longest=LONGEST_TEXT, default=None)
    quality: int = told("OPC UA status code.", low=0, high=2**32 - 1, default=0)


@dataclass(frozen=True, slots=True)
class _Event:
    """What an event must hold for a row to keep it; more may stand beside it."""

    at: datetime = told("When it happened.")
    kind: str = told("What happened, in a word.", longest=40)
    words: str = told("What happened, for people.", longest=300)


@dataclass(frozen=True, slots=True)
class Mended:
    """What a message is now: its bytes, and how many readings are in them."""

    data: bytes
    rows: int


def form_of(letter: DeadLetter, source: str) -> str:
    """Write a message as JSON for a person. Raise NotMendable."""
    data = letter.record.data
    if _kind(letter, source) == "readings":
        written = _pretty({"readings": _rows(data)})
    else:
        try:
            written = _pretty(json.loads(data))
        except (ValueError, RecursionError):
            written = data.decode(errors="replace")
    if len(written) > LONGEST:
        raise NotMendable(why=sentence("it is too long"))
    return written


def mended(letter: DeadLetter, source: str, written: str) -> Mended:
    """Read what a person wrote. Raise NotMendable; WrongShape, which names the place."""
    kind, said = _kind(letter, source), _read(written)
    if not isinstance(said, dict):
        raise WrongShape(field="message", problem="give an object")
    if kind == "readings":
        return _batch(said)
    if kind == "events":
        take(_Event, {name: said[name] for name in ("at", "kind", "words") if name in said})
    else:
        take(Outcome, said)
    return Mended(json.dumps(said, ensure_ascii=False).encode(), 0)


def keep(path: Path, letter: DeadLetter, now: Mended, by: str) -> None:
    """Write down what a message was and became, on the disk when this returns. Raise TrailFull."""
    entry = {
        "name": letter.name,
        "subject": letter.record.subject,
        "why": letter.why,
        "by": by,
        "at": datetime.now(UTC).isoformat(),
        "before": base64.b64encode(letter.record.data).decode(),
        "after": base64.b64encode(now.data).decode(),
    }
    line = sealed(json.dumps(entry, ensure_ascii=False).encode())
    if path.exists() and path.stat().st_size + len(line) > MOST_BYTES:
        raise TrailFull(why=f"{FILE}: {MOST_BYTES >> 20} MiB")
    try:
        with path.open("ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise TrailFull(why=error.strerror or error) from error


def trail(path: Path, first: int, most: int) -> dict[str, Any]:
    """Answer what was mended, the newest first: so many from a place on, and how many there are."""
    kept = [json.loads(body) for body in lines(path)][::-1]
    return {"mended": [_shown(one) for one in kept[first : first + most]], "kept": len(kept)}


def _shown(entry: Mapping[str, Any]) -> dict[str, Any]:
    both = {name: _said(base64.b64decode(entry[name]))[:10_000] for name in ("before", "after")}
    return {**entry, **both}


def _said(data: bytes) -> str:
    try:
        return _pretty({"readings": _rows(data)})
    except (BadBatch, NotMendable):
        return data.decode(errors="replace")


def _kind(letter: DeadLetter, source: str) -> str:
    """Readings, events or outcomes of this source. Raise NotMendable."""
    steps = letter.record.subject.split(".")
    if len(steps) != 4 or steps[0] != "floor" or steps[2] not in KINDS or steps[3] != source:
        raise NotMendable(why=sentence("its subject is none of this connection"))
    if not NAME.fullmatch(steps[1]):
        raise NotMendable(why=sentence("its subject is none of this connection"))
    return steps[2]


def _rows(data: bytes) -> list[dict[str, Any]]:
    batch = decode(data)
    if batch.num_rows * 100 > LONGEST:
        raise NotMendable(why=sentence("it is too long"))
    columns = {name: batch.column(name) for name in batch.schema.names}
    for name in ("source_time", "receive_time"):  # as text: a device may send a year that Python has none for
        columns[name] = columns[name].cast(pa.timestamp("us")).cast(pa.string())
    rows: list[dict[str, Any]] = pa.table(columns).to_pylist()
    for row in rows:
        for name in ("source_time", "receive_time"):
            row[name] = row[name].replace(" ", "T") + "+00:00"
        if row["number"] is not None and not math.isfinite(row["number"]):
            row["number"] = str(row["number"])
    return rows


def _read(written: str) -> Any:
    try:
        return from_json(written)
    except WrongShape as error:
        if isinstance(error.__cause__, JSONDecodeError):
            at = error.__cause__
            problem = sentence("this is no JSON: line %(line)s, column %(column)s", line=at.lineno, column=at.colno)
            raise WrongShape(field="message", problem=problem) from error
        raise


def _batch(said: Mapping[str, Any]) -> Mended:
    rows = said.get("readings")
    if not isinstance(rows, list) or not rows or len(said) > 1:
        raise WrongShape(field="message.readings", problem="give a list of readings, and nothing beside it")
    batch = batch_of(_reading(row, f"readings[{place}]") for place, row in enumerate(rows))
    return Mended(encode(batch), batch.num_rows)


def _reading(row: Any, where: str) -> Reading:
    number = row.get("number") if isinstance(row, dict) else None
    unsayable = isinstance(number, str) and number in _UNSAYABLE
    taken = take(_Row, {**row, "number": 0} if unsayable else row, where)
    if taken.number is None and taken.text is None and not is_bad(taken.quality):
        raise WrongShape(field=where, problem="give a number or a text, or a quality that is bad")
    return Reading(
        taken.tag,
        taken.source_time,
        taken.receive_time,
        float(str(number)) if unsayable else taken.number,
        taken.text,
        taken.quality,
    )


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
