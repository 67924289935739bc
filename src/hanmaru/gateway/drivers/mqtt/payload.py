"""Payloads: bytes to a number, a flag, a text or a JSON document, and the time within it."""

import json
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hanmaru.floor.tag import Tag
from hanmaru.floor.words import sentence
from hanmaru.kernel.errors import Invalid

LARGEST: Final = 8 * 1024 * 1024
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?(nan|inf|infinity)", re.IGNORECASE)
_FLAGS: Final = {
    "true": True,
    "on": True,
    "yes": True,
    "open": True,
    "false": False,
    "off": False,
    "no": False,
    "closed": False,
}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIVISORS: Final = {"seconds": 1, "milliseconds": 1_000, "microseconds": 1_000_000}


class BadPayload(Invalid):
    """Bytes from which the wanted value cannot be taken."""

    code = "gateway.mqtt_payload"
    message = "%(topic)s: %(why)s"


def document(topic: str, payload: bytes) -> object:
    """Read a payload as JSON; NaN and infinities are numbers. Raise BadPayload."""
    if len(payload) > LARGEST:
        raise BadPayload(
            topic=topic, why=sentence("%(bytes)s bytes, at most %(most)s are read", bytes=len(payload), most=LARGEST)
        )
    try:
        return json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise BadPayload(topic=topic, why=sentence("not JSON (%(error)s)", error=str(error)[:80])) from error


def plain(topic: str, payload: bytes, tag: Tag) -> object:
    """Read a payload as one value, as the tag wants it. Raise BadPayload."""
    try:
        text = payload.decode().strip()
    except UnicodeDecodeError as error:
        raise BadPayload(topic=topic, why=sentence("not a text in UTF-8")) from error
    if tag.type == "text":
        return text
    if tag.type == "flag" and text.lower() in _FLAGS:
        return _FLAGS[text.lower()]
    if not _NUMBER.fullmatch(text) or len(text) > 400:
        raise BadPayload(topic=topic, why=sentence("%(text)s is no number", text=text[:40] or "''"))
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def moment(told: object, form: str, zone: str) -> datetime | None:
    """Answer a time as UTC; None for one that cannot be read. `form` as in the configuration."""
    try:
        if form in _DIVISORS:
            seconds = float(told) / _DIVISORS[form]  # type: ignore[arg-type]
            return _EPOCH + timedelta(seconds=seconds) if math.isfinite(seconds) and seconds > 0 else None
        if not isinstance(told, str):
            return None
        parsed = datetime.fromisoformat(told) if form == "iso" else datetime.strptime(told, form)  # noqa: DTZ007 - the zone follows
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
