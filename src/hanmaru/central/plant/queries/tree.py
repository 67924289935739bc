"""The tree of a site and its connections."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from hanmaru.central.plant.errors import UnknownPart
from hanmaru.central.plant.models import Asset, Source, Tag
from hanmaru.central.plant.queries.labels import label, protocol_words
from hanmaru.floor.asset import Level, level_of


@dataclass(frozen=True, slots=True)
class AssetCard:
    """An asset as pages show it; ``tags`` counts its own, ``parts`` stand in it."""

    path: str
    label: str
    kind: str
    level: Level
    tags: int
    parts: tuple["AssetCard", ...] = ()


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A connection; ``config`` without secrets."""

    name: str
    protocol: str
    config: dict[str, Any]
    enabled: bool
    tags: int

    @property
    def protocol_words(self) -> str:
        """How the machine speaks, as people call it."""
        return protocol_words(self.protocol)


def tree(site: int) -> tuple[AssetCard, ...]:
    """The whole site, nested: what stands at the top, with all below it."""
    counts = dict(Tag.objects.filter(site_id=site).values_list("asset").annotate(Count("pk")))
    below: dict[str, list[Asset]] = defaultdict(list)
    for asset in Asset.objects.filter(site_id=site).order_by("path"):
        below[asset.path.rpartition("/")[0]].append(asset)

    def nested(path: str) -> tuple[AssetCard, ...]:
        return tuple(_card(asset, counts.get(asset.path, 0), nested(asset.path)) for asset in below[path])

    return nested("")


def asset_card(site: int, path: str) -> AssetCard:
    """One asset. Raise UnknownPart."""
    asset = Asset.objects.filter(site_id=site, path=path).first()
    if asset is None:
        raise UnknownPart(what=path)
    return _card(asset, 0, ())


def asset_paths(site: int) -> list[str]:
    """The paths of all assets."""
    return list(Asset.objects.filter(site_id=site).order_by("path").values_list("path", flat=True))


def trail(site: int, path: str) -> list[AssetCard]:
    """The asset and all that it stands in, from the top."""
    steps = path.split("/")
    paths = ["/".join(steps[:count]) for count in range(1, len(steps) + 1)]
    found = Asset.objects.filter(site_id=site, path__in=paths)
    return sorted((_card(asset, 0, ()) for asset in found), key=lambda card: len(card.path))


def sources(site: int) -> list[SourceRow]:
    """The connections, by name, with how many tags each reads."""
    counts = dict(Tag.objects.filter(site_id=site).values_list("source").annotate(Count("pk")))
    return [
        SourceRow(one.name, one.protocol, one.config, one.enabled, counts.get(one.name, 0))
        for one in Source.objects.filter(site_id=site).order_by("name")
    ]


def source_row(site: int, name: str) -> SourceRow:
    """One connection, asked in one statement. Raise UnknownPart."""
    read: QuerySet[Any, Any] = Tag.objects.filter(site_id=OuterRef("site_id"), source=OuterRef("name"))
    count = read.order_by().values("source").annotate(count=Count("pk")).values("count")
    found = Source.objects.filter(site_id=site, name=name).annotate(reads=Coalesce(Subquery(count), 0))
    for one in found:
        return SourceRow(one.name, one.protocol, one.config, one.enabled, one.reads)
    raise UnknownPart(what=name)


def _card(asset: Asset, tags: int, parts: tuple[AssetCard, ...]) -> AssetCard:
    return AssetCard(asset.path, label(asset), asset.kind, level_of(asset.path), tags, parts)
