"""A person's look at what the bus refused (dead_letters): the list, one in full, sending anew, mending, dropping.

The process that holds the outbox answers; for a source that rests the host opens its outbox for the moment.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from hanmaru.floor.reading import BadBatch, decode
from hanmaru.floor.shapes import WrongShape
from hanmaru.floor.words import of_error, sentence
from hanmaru.gateway import mending
from hanmaru.gateway.dead_letters import DeadLetter, DeadLetters
from hanmaru.gateway.mending import NotMendable
from hanmaru.gateway.outbox import Outbox
from hanmaru.kernel.errors import NotFound, Unavailable

DEEDS: Final = ("dead", "dead_letter", "resend", "drop", "mend", "mended")
FILE: Final = "dead-letters.jsonl"
PAGE: Final = 50  # letters in one answer
ROWS: Final = 100  # readings of a letter that are shown
LONGEST: Final = 10_000  # characters of a text that are shown


class NoSuchLetter(NotFound):
    """No refused message of this name, or no longer."""

    code = "gateway.no_such_letter"
    message = "%(source)s has no refused message %(name)s, or no longer: look at the list again"


class NotForgotten(Unavailable):
    """The disk refuses to write the shorter list."""

    code = "gateway.list_unwritable"
    message = "The list of refused messages cannot be written (%(why)s): make room on the disk, then try again"


def answer(box: Outbox, question: Mapping[str, Any]) -> dict[str, Any]:
    """Answer one of DEEDS; `first` is the place in the list, `letters` are names, or `all` is true. Reads the disk."""
    if question["do"] == "dead":
        return listed(box.dead, int(question.get("first", 0)))
    if question["do"] == "dead_letter":
        return {"letter": _whole(_chosen(box, [str(question.get("letter", ""))])[0], box.source)}
    if question["do"] == "mended":
        return mending.trail(box.dead.folder / mending.FILE, int(question.get("first", 0)), PAGE)
    if question["do"] == "mend":
        return _mend(box, question)
    letters = list(box.dead) if question.get("all") is True else _chosen(box, _names(question))
    if question["do"] == "drop":
        _forget(box, letters)
        for letter in letters:
            words = sentence("A message that the bus had refused was dropped by a person")
            box.tell("outbox_letter_dropped", words, sequence=letter.record.sequence, subject=letter.record.subject)
        return {"dropped": len(letters)}
    return {"resent": _resend(box, letters)}


def _mend(box: Outbox, question: Mapping[str, Any]) -> dict[str, Any]:
    """Send what a person made of a letter in its place; the letter itself goes to the trail first."""
    [letter] = _chosen(box, [str(question.get("letter", ""))])
    by, now = str(question.get("by", ""))[:150], mending.mended(letter, box.source, str(question.get("text", "")))
    mending.keep(box.dead.folder / mending.FILE, letter, now, by)
    box.put(letter.record.subject, now.data, now.rows)
    box.flush()
    _forget(box, [letter])
    words = sentence("A message that the bus had refused was mended by %(by)s and sent again", by=by or "-")
    box.tell("outbox_letter_mended", words, sequence=letter.record.sequence, letter=letter.name, why=letter.why)
    return {"mended": 1}


def listed(dead: DeadLetters, first: int = 0) -> dict[str, Any]:
    """Answer a page of the list and how many it holds; `lost` were only counted, the list or the disk being full."""
    kept, page = 0, []
    for letter in dead:
        if first <= kept < first + PAGE:
            page.append(_head(letter))
        kept += 1
    return {"letters": page, "kept": kept, "lost": len(dead) - kept}


def counted(folder: Path) -> dict[str, int]:
    """Answer how many refused messages the sources below a folder have, of those that have any."""
    found = {path.parents[1].name: len(DeadLetters(path)) for path in sorted(folder.glob(f"*/outbox/{FILE}"))}
    return {source: count for source, count in found.items() if count}


def _names(question: Mapping[str, Any]) -> Sequence[str]:
    names = question.get("letters")
    if not isinstance(names, list) or not names:
        raise WrongShape(field="letters", problem="give a list of names, or all: true")
    return [str(name) for name in names]


def _chosen(box: Outbox, names: Sequence[str]) -> list[DeadLetter]:
    found = {letter.name: letter for letter in box.dead if letter.name in names}
    for name in names:
        if name not in found:
            raise NoSuchLetter(source=box.source, name=name[:80])
    return list(found.values())


def _resend(box: Outbox, letters: Sequence[DeadLetter]) -> int:
    """Put letters into the box as new messages; only what is there on the disk leaves the list. Raise OutboxOverrun."""
    put: list[DeadLetter] = []
    try:
        for letter in letters:
            box.put(letter.record.subject, letter.record.data, letter.record.rows)
            put.append(letter)
    finally:
        box.flush()
        _forget(box, put)
    return len(put)


def _forget(box: Outbox, letters: Sequence[DeadLetter]) -> None:
    try:
        box.dead.forget({letter.name for letter in letters})
    except OSError as error:
        raise NotForgotten(why=error.strerror or error) from error


def _head(letter: DeadLetter) -> dict[str, Any]:
    record = letter.record
    return {
        "name": letter.name,
        "at": datetime.fromtimestamp(record.at / 1e6, UTC).isoformat(),
        "subject": record.subject,
        "what": record.subject.split(".")[2] if record.subject.count(".") > 2 else record.subject,
        "rows": record.rows,
        "bytes": len(record.data),
        "why": letter.why[:500],
        **({"said": {"why": letter.said}} if letter.said else {}),
    }


def _whole(letter: DeadLetter, source: str) -> dict[str, Any]:
    """Answer the letter with what it says: its first readings, or its text; `form` is what a person may mend."""
    data = letter.record.data
    try:
        head = {**_head(letter), "form": mending.form_of(letter, source)}
    except (BadBatch, NotMendable) as error:
        head = _head(letter)
        if isinstance(error, NotMendable):
            said = {**head.get("said", {}), "unmendable": of_error(error).form()}
            head |= {"unmendable": str(error), "said": said}
    try:
        batch = decode(data).slice(0, ROWS)
    except BadBatch:
        return {**head, "text": data[: LONGEST * 4].decode(errors="replace")[:LONGEST]}
    for at, column in enumerate(batch.schema.names):
        if column.endswith("_time"):  # as text: a device may send a year that Python has none for
            batch = batch.set_column(at, column, batch.column(at).cast(pa.string()))
    return {**head, "readings": [{**row, **_value(row)} for row in batch.to_pylist()]}


def _value(row: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a reading's number and text as JSON can carry them, and not longer than a page shows."""
    number, text = row["number"], row["text"]
    finite = number is None or math.isfinite(number)
    return {"number": number if finite else str(number), "text": None if text is None else text[:200]}
