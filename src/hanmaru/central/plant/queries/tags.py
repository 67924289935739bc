"""Tags of a site."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hanmaru.central.plant.models import Source, Tag
from hanmaru.central.plant.queries.labels import asset_labels, unit_words

_CHANGES_ONLY: Final = {"grbl", "opcua", "sparkplug"}
"""Protocols by which nothing comes while nothing changes, however often a tag is looked at."""

_MODBUS_TELLS_AGAIN: Final = 60.0
"""Seconds after which the Modbus driver tells a value though it has not changed, unless its `refresh` says else."""

_SWITCHED: Final = re.compile(
    r"\b(?:heat(?:er|ing)|cool(?:er|ing)|pump|motor|drive|fan|light|lamp|power|switch|relay|valve|solenoid|compressor"
    r"|dosing|running|run|enabled?|on)\b|히터|냉각|펌프|모터|팬|조명|램프|전원|스위치|릴레이|밸브|압축기|보충|운전|가동",
    re.IGNORECASE,
)
"""Words of flags that tell whether something is on; other flags tell whether something is so."""

_STATED: Final = re.compile(
    r"\b(?:fail\w*|fault\w*|alarm|error|trip\w*|over\w*|out|open\w*|closed|stop\w*|ready|ok)\b"
    r"|고장|경보|알람|이상|오류|과부하|없음|있음|열림|닫힘|정지|준비|완료",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TagCard:
    """A tag as pages show it; ``unit`` as people write it.

    ``due`` are the seconds within which something must come though nothing changes; 0 where only changes are told.
    """

    number: int
    asset: str
    machine: str
    name: str
    type: str
    unit: str
    source: str
    address: str
    description: str
    sampling: float
    due: float
    deadband: float
    retention: str
    writable: bool

    @property
    def path(self) -> str:
        """Its full name."""
        return f"{self.asset}/{self.name}"

    @property
    def words(self) -> str:
        """What people call it; of a description written `한국어 / English` the reader's half."""
        korean, both, english = self.description.partition(" / ")
        return (english if both and get_language() == "en" else korean) or self.name

    @property
    def short(self) -> str:
        """The same where the machine's name stands above it already."""
        return self.words.removeprefix(f"{self.machine} ")

    @property
    def on(self) -> str:
        """What a flag says when it is set: what is switched is on, what is stated is so."""
        return _("On") if self._is_switched else _("Yes")

    @property
    def off(self) -> str:
        """What a flag says when it is not set."""
        return _("Off") if self._is_switched else _("No")

    @property
    def _is_switched(self) -> bool:
        said = f"{self.name} {self.description}"
        return not _STATED.search(said) and (self.writable or _SWITCHED.search(said) is not None)


def find_tags(site: int, *, words: str = "", source: str = "", after: int = 0, limit: int = 50) -> list[TagCard]:
    """Tags of a site by number, whose name, path, description or address hold every word."""
    found = Tag.objects.filter(site_id=site, number__gt=after)
    for word in words.split()[:8]:
        found = found.filter(
            Q(name__icontains=word)
            | Q(asset__icontains=word)
            | Q(description__icontains=word)
            | Q(address__icontains=word)
        )
    if source:
        found = found.filter(source=source)
    return _cards(found.order_by("number")[:limit])


def tags_at(site: int, path: str, limit: int = 200) -> list[TagCard]:
    """Tags of an asset itself and of all below it, by asset and name."""
    found = Tag.objects.filter(site_id=site).filter(Q(asset=path) | Q(asset__startswith=f"{path}/"))
    return _cards(found.order_by("asset", "number")[:limit])


def all_tags(site: int) -> list[TagCard]:
    """Every tag of a site, by number."""
    return _cards(Tag.objects.filter(site_id=site).order_by("number"))


def first_tags(site: int, each: int) -> dict[str, list[TagCard]]:
    """The first tags of every asset that has any, texts last."""
    place = Window(RowNumber(), partition_by="asset", order_by=[Case(When(type="text", then=1), default=0), "number"])
    found: dict[str, list[TagCard]] = defaultdict(list)
    rows = Tag.objects.filter(site_id=site).annotate(place=place).filter(place__lte=each)
    for card in _cards(rows.order_by("asset", "place")):
        found[card.asset].append(card)
    return dict(found)


def tag_cards(site: int, numbers: Iterable[int]) -> dict[int, TagCard]:
    """The tags of these numbers."""
    return {card.number: card for card in _cards(Tag.objects.filter(site_id=site, number__in=list(numbers)))}


def _cards(tags: QuerySet[Tag]) -> list[TagCard]:
    """Cards of tags, with what their machines are called."""
    rows = list(tags)
    machines = asset_labels({tag.site_id for tag in rows}, {tag.asset for tag in rows})
    read = Source.objects.filter(site_id__in={tag.site_id for tag in rows}) if rows else []
    sources = {(one.site_id, one.name): one for one in read}
    return [
        _card(tag, machines.get(tag.asset, tag.asset), _due(tag, sources.get((tag.site_id, tag.source))))
        for tag in rows
    ]


def _due(tag: Tag, source: Source | None) -> float:
    if tag.deadband or (source is not None and source.protocol in _CHANGES_ONLY):
        return 0.0
    if source is None or source.protocol != "modbus" or not tag.sampling:
        return tag.sampling
    again: Any = source.config.get("refresh")
    return max(tag.sampling, float(again) if isinstance(again, int | float) else _MODBUS_TELLS_AGAIN)


def _card(tag: Tag, machine: str, due: float) -> TagCard:
    return TagCard(
        number=tag.number,
        asset=tag.asset,
        machine=machine,
        name=tag.name,
        type=tag.type,
        unit=unit_words(tag.unit),
        source=tag.source,
        address=tag.address,
        description=tag.description,
        sampling=tag.sampling,
        due=due,
        deadband=tag.deadband,
        retention=tag.retention,
        writable=tag.writable,
    )
