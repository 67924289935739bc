"""Makes the tables say what the site's registry says. Doing it twice changes nothing."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.db import models, transaction

from hanmaru.central.companies.live import changed
from hanmaru.central.plant.models import Asset, Site, Source, Tag
from hanmaru.floor import asset as floor_asset
from hanmaru.floor import tag as floor_tag
from hanmaru.floor.shapes import WrongShape, from_json, take
from hanmaru.floor.subjects import NAME
from hanmaru.kernel.errors import HanmaruError

SECRET: Final = re.compile(r"password|passwort|secret|token|private", re.IGNORECASE)
IN_ADDRESS: Final = re.compile(r"(://[^/?#@:]*:)[^/?#@]+(@)")
HIDDEN: Final = "••••"
UNKEEPABLE: Final = re.compile(r"[\ud800-\udfff]|\\u0000")
"""What PostgreSQL takes into no text; NUL as JSON writes it."""

_CHUNK: Final = 1000


@dataclass
class Registry:
    """What a bucket `plant-<site>` holds, read; ``rejected`` are keys that could not be, with the reason."""

    assets: dict[str, floor_asset.Asset] = field(default_factory=dict)
    sources: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    tags: dict[int, floor_tag.Tag] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)

    def read(self, key: str, value: bytes) -> None:
        """Take one entry in."""
        kind, _dot, rest = key.partition(".")
        try:
            if kind == "assets":
                asset = take(floor_asset.Asset, from_json(value))
                self.assets[asset.path] = asset
            elif kind == "tags":
                tag = take(floor_tag.Tag, from_json(value))
                self.tags[tag.id] = tag
            elif kind == "sources":
                self.sources[rest] = _source(rest, from_json(value))
        except HanmaruError as error:
            self.rejected[key] = str(error)


def _source(name: str, value: Any) -> Mapping[str, Any]:
    """A source that a row can hold: one that cannot must not keep the others from their rows. Raise WrongShape."""
    if not NAME.fullmatch(name):
        raise WrongShape(field="name", problem="give a name of small letters, digits and -")
    if not isinstance(value, dict) or not isinstance(value.get("config", {}), dict):
        raise WrongShape(field=f"sources.{name}", problem="give an object with protocol and config")
    if UNKEEPABLE.search(json.dumps(value, ensure_ascii=False)):
        raise WrongShape(field=f"sources.{name}", problem="half a character or a NUL in the text; send valid Unicode")
    return value


def mirror(site_id: int, registry: Registry) -> bool:
    """Bring the rows of a site to the registry; answer whether anything was to be changed."""
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=site_id)
        touched = [
            _match(Asset, site, "path", _asset_rows(registry)),
            _match(Source, site, "name", _source_rows(registry)),
            _match(Tag, site, "number", _tag_rows(registry)),
        ]
        if any(touched):
            changed("plant")
    return any(touched)


def _asset_rows(registry: Registry) -> dict[Any, dict[str, Any]]:
    """The assets, and those that a path or a tag implies without naming them."""
    rows = {path: asdict(one) for path, one in registry.assets.items()}
    implied = {step for path in (*rows, *(tag.asset for tag in registry.tags.values())) for step in _above(path)}
    for path in implied - rows.keys():
        rows[path] = {"path": path, "name": path.rpartition("/")[2], "name_en": "", "kind": ""}
    return rows


def _above(path: str) -> Iterable[str]:
    """The path and every path above it."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _source_rows(registry: Registry) -> dict[Any, dict[str, Any]]:
    return {
        name: {
            "name": name,
            "protocol": str(one.get("protocol", ""))[:40],
            "config": without_secrets(one.get("config", {})),
            "enabled": bool(one.get("enabled", True)),
        }
        for name, one in registry.sources.items()
    }


def without_secrets(value: Any) -> Any:
    """The same data with every value under a name such as `password` hidden."""
    if isinstance(value, Mapping):
        return {key: HIDDEN if SECRET.search(str(key)) and one else without_secrets(one) for key, one in value.items()}
    if isinstance(value, list):
        return [without_secrets(one) for one in value]
    return IN_ADDRESS.sub(rf"\1{HIDDEN}\2", value) if isinstance(value, str) else value


def _tag_rows(registry: Registry) -> dict[Any, dict[str, Any]]:
    rows = {}
    for number, tag in registry.tags.items():
        row = {**asdict(tag), "number": number}
        del row["id"], row["owner"]
        rows[number] = row
    return rows


def _match(model: type[models.Model], site: Site, key: str, wanted: dict[Any, dict[str, Any]]) -> bool:
    """Insert, update and delete until the table's rows of the site are the wanted ones."""
    table: Any = model
    there = {getattr(row, key): row for row in table.objects.filter(site=site)}
    gone = there.keys() - wanted.keys()
    new = [table(site=site, company_id=site.company_id, **row) for name, row in wanted.items() if name not in there]
    altered = []
    for name, row in wanted.items():
        old = there.get(name)
        if old is not None and any(getattr(old, column) != value for column, value in row.items()):
            for column, value in row.items():
                setattr(old, column, value)
            altered.append(old)
    if gone:
        table.objects.filter(site=site, **{f"{key}__in": list(gone)}).delete()
    table.objects.bulk_create(new, batch_size=_CHUNK)
    if altered:
        columns = [name for name in next(iter(wanted.values())) if name != key]
        table.objects.bulk_update(altered, columns, batch_size=_CHUNK)
    return bool(gone or new or altered)
