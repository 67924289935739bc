"""What every page of the plant shows: which site, and values as people read them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hanmaru.central.plant import history, queries
from hanmaru.central.plant.errors import HistoryRefused, NoAnswer
from hanmaru.central.plant.queries import SiteCard, TagCard
from hanmaru.floor.quality import REASONS, is_bad, is_good, reason


@dataclass(frozen=True, slots=True)
class Shown:
    """A tag with its newest value; ``at`` None where there is none yet."""

    tag: TagCard
    words: str
    at: datetime | None
    state: str  # good, uncertain, bad, none
    why: str

    @property
    def milliseconds(self) -> int:
        """When, since 1970; 0 where there is no value."""
        return int(self.at.timestamp() * 1000) if self.at else 0


def site_context(site: SiteCard, current: str) -> dict[str, Any]:
    """What the frame of a page needs."""
    reasons = {str(int(code)): _(words) for code, words in REASONS.items()}
    return {"site": site, "sites": queries.own_sites(), "reasons": reasons, f"is_{current}": True}


def with_values(site: str, tags: Iterable[TagCard]) -> tuple[list[Shown], str]:
    """The tags with their newest values, and why the history did not answer, if it did not."""
    cards = list(tags)
    try:
        newest = history.last(site, [tag.number for tag in cards]) if cards else {}
        silence = ""
    except (NoAnswer, HistoryRefused) as error:
        newest, silence = {}, str(error)
    return [_shown(tag, newest.get(tag.number)) for tag in cards], silence


def _shown(tag: TagCard, value: history.Value | None) -> Shown:
    if value is None:
        return Shown(tag, "–", None, "none", "")
    state = "bad" if is_bad(value.quality) else "good" if is_good(value.quality) else "uncertain"
    return Shown(tag, words(value, tag), value.at, state, "" if state == "good" else _why(value.quality))


def _why(quality: int) -> str:
    """Why a value is to be doubted, in the reader's language; a code that we have no words for keeps its number."""
    words, sign, number = reason(quality).partition(" (0x")
    return _(words) + sign + number


def words(value: history.Value, tag: TagCard) -> str:
    """A value as people read it: about four digits that count."""
    if value.text is not None:
        return value.text[:80]
    if value.number is None:
        return "–"
    if tag.type == "flag":
        return tag.on if value.number else tag.off
    return f"{value.number:,.0f}" if tag.type == "integer" and math.isfinite(value.number) else figure(value.number)


def figure(number: float) -> str:
    """A number with about four digits that count; a whole one keeps its zeros, so that figures do not jump."""
    size = abs(number)
    if not math.isfinite(number):
        return str(number)
    if size >= 1000 or size == 0:
        return f"{number:,.0f}" if size < 1e9 else f"{number:.4g}"
    return f"{number:.{1 if size >= 100 else 2 if size >= 1 else 3}f}"
