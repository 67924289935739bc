"""The text of one cell becomes a reading of a tag's type."""

from datetime import datetime
from typing import Final, Literal

from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import Reading, exact
from hanmaru.floor.tag import Tag
from hanmaru.gateway.drivers.files.parser import Parser

FLAGS: Final = {"1": 1.0, "true": 1.0, "on": 1.0, "yes": 1.0, "0": 0.0, "false": 0.0, "off": 0.0, "no": 0.0}


def value_of(parser: Parser, tag: Tag, cell: str, when: datetime, received: datetime) -> Reading:
    """Answer the reading of a cell: an empty one has no data, one of another type says so and has no value."""
    if not cell and tag.type != "text":
        return Reading(tag.id, when, received, quality=Quality.BAD_NO_DATA)
    try:
        if tag.type == "text":
            return Reading(tag.id, when, received, text=cell)
        if tag.type == "integer":
            number, text = exact(parser.integer(cell))
            return Reading(tag.id, when, received, number=number, text=text)
        if tag.type == "flag":
            return Reading(tag.id, when, received, number=FLAGS[cell.lower()])
        return Reading(tag.id, when, received, number=parser.number(cell))
    except (ValueError, KeyError, OverflowError):
        return Reading(tag.id, when, received, quality=Quality.BAD_TYPE_MISMATCH)


def guessed(parser: Parser, cell: str) -> Literal["number", "text"]:
    """Answer which type a cell looks like; an empty one is most likely a number to come."""
    if not cell:
        return "number"
    try:
        parser.number(cell)
    except ValueError:
        return "text"
    return "number"
