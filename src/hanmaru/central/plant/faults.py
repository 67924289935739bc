"""What is wrong with the data of a site, found from one summary of the history a tag.

Four faults are looked for: a tag of which too little came (gap), whose value never changed though it used to move
(flat), whose readings were bad or uncertain (bad), and of which nothing came for five times as long as something was
due (silent). Of a tag that tells changes only nothing is due; and before its first reading nothing was due of any.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hanmaru.central.plant import history, queries
from hanmaru.central.plant.queries import SiteCard, TagCard

FULL: Final = 0.95
"""Share of the expected readings from which nothing is said."""

_BEFORE: Final = 7
"""The span before is looked at this many times over, to know whether a tag used to move."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to be said of one tag; ``share`` is how much of the readings were there and good, 0 to 1."""

    kind: str  # silent, bad, gap, flat
    tag: TagCard
    share: float
    last_at: datetime | None

    @property
    def percent(self) -> int:
        """The share, of a hundred."""
        return round(100 * self.share)


@dataclass(frozen=True, slots=True)
class Findings:
    """All of a site: how many tags were looked at, the share of good readings, the faults, the worst first."""

    tags: int
    good: float
    faults: list[Fault]


_WORST_FIRST: Final = {"silent": 0, "bad": 1, "gap": 2, "flat": 3}


def look(site: SiteCard, begin: datetime, end: datetime) -> Findings:
    """Look at every tag of a site in a span. Raise NoAnswer."""
    tags = queries.all_tags(site.id)
    numbers = [tag.number for tag in tags]
    now = history.summary(site.name, numbers, begin, end)
    before = history.summary(site.name, numbers, begin - _BEFORE * (end - begin), begin)
    faults = [fault for tag in tags if (fault := _fault(tag, now.get(tag.number), before.get(tag.number), begin, end))]
    faults.sort(key=lambda fault: (_WORST_FIRST[fault.kind], fault.share, fault.tag.number))
    came = sum(one.count for one in now.values())
    good = sum(one.good for one in now.values()) / came if came else 0.0
    return Findings(len(tags), good, faults)


def _fault(
    tag: TagCard, now: history.Summary | None, before: history.Summary | None, begin: datetime, end: datetime
) -> Fault | None:
    """The worst that is to be said of a tag, if anything."""
    if now is None or not now.count:
        return Fault("silent", tag, 0.0, before.last_at if before else None) if tag.due else None
    if before is None or not before.count:
        begin = max(begin, now.begin)
    expected = (end - begin).total_seconds() / tag.due if tag.due else 0.0
    share = min(1.0, now.count / expected) if expected else 1.0
    late = (end - now.last_at).total_seconds() if now.last_at and tag.due else 0.0
    if late > max(30.0, 5 * tag.due):
        return Fault("silent", tag, share, now.last_at)
    if now.good < FULL * now.count:
        return Fault("bad", tag, now.good / now.count, now.last_at)
    if share < FULL:
        return Fault("gap", tag, share, now.last_at)
    if tag.type == "number" and now.is_flat and before is not None and not before.is_flat and before.count > 1:
        return Fault("flat", tag, 1.0, now.last_at)
    return None
