"""A value that a device sent, fitted to the type of its tag: shared by drivers of protocols with values of any type."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hanmaru.floor.quality import Quality, is_bad
from hanmaru.floor.reading import LONGEST_TEXT, exact
from hanmaru.floor.tag import Tag


@dataclass(frozen=True, slots=True)
class Fitted:
    """What goes into a reading."""

    number: float | None
    text: str | None
    quality: int


def fit(tag: Tag, value: object, quality: int = Quality.GOOD) -> Fitted:
    """Fit a value to a tag; one that the tag cannot hold becomes BAD_TYPE_MISMATCH, and no value goes with bad quality.

    Lists and objects are JSON in the text. A text longer than LONGEST_TEXT is cut, and of uncertain quality.
    """
    if is_bad(quality):
        return Fitted(None, None, quality)
    if value is None:
        return Fitted(None, None, Quality.BAD_NO_DATA)
    if tag.type == "text":
        return _text(value, quality)
    if not isinstance(value, (bool, int, float)) or (tag.type == "flag" and value not in {0, 1}):
        return Fitted(None, None, Quality.BAD_TYPE_MISMATCH)
    return Fitted(value, None, quality) if isinstance(value, float) else _whole(int(value), quality)


def _whole(value: int, quality: int) -> Fitted:
    try:
        number, text = exact(value)
    except OverflowError:  # an integer of JSON has no bound; a double ends at 1.8e308
        return Fitted(None, None, Quality.BAD_TYPE_MISMATCH)
    return Fitted(number, text, quality)


def _text(value: object, quality: int) -> Fitted:
    text = value if isinstance(value, str) else _written(value)
    data = text.encode(errors="replace")
    if len(data) <= LONGEST_TEXT:
        return Fitted(None, data.decode(), quality)
    return Fitted(None, data[:LONGEST_TEXT].decode(errors="ignore"), quality or Quality.UNCERTAIN)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (Mapping, Sequence)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return str(value)
