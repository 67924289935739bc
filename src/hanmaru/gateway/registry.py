"""The configuration of a site: its assets, sources and tags, in the bucket `plant-SITE` of the bus.

The registry is the only writer. Keys: `assets.STEP.STEP` (floor.asset.Asset), `sources.NAME` (Source), `tags.ID`
(floor.tag.Tag) and `next-tag`. An id is taken by raising `next-tag` under its revision, so it is never given twice, not
even by two registries at once, and not again after its tag is gone.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from hanmaru.bus.streams import Bucket, Kept, Streams, WrongRevision
from hanmaru.floor.asset import Asset, level_of
from hanmaru.floor.shapes import WrongShape, from_json, give, take, told
from hanmaru.floor.subjects import NAME, BadName
from hanmaru.floor.tag import LARGEST_TAG, Tag
from hanmaru.kernel.errors import Conflict, NotFound, Refused

NEXT: Final = "next-tag"
AT_ONCE: Final = 64  # keys written at the same time
TRIES: Final = 50


class NoSuchSource(NotFound):
    """No driver instance of this name."""

    code = "gateway.no_such_source"
    message = "There is no source %(name)s on this site. There are: %(known)s"


class PathTaken(Conflict):
    """Two tags may not have one path."""

    code = "gateway.path_taken"
    message = "%(path)s is already tag %(tag)s, read by %(source)s. Choose another name or asset"


class TooManyTags(Refused):
    """All ids of the site are given, or another one keeps writing."""

    code = "gateway.no_tag_ids"
    message = "No ids could be taken for %(count)s tags; try again"


@dataclass(frozen=True, slots=True)
class Source:
    """One driver instance as it is wanted."""

    protocol: str = told("Name of the driver.", longest=64)
    config: Mapping[str, Any] = field(default_factory=dict)
    enabled: bool = told("Whether it is to run.", default=True)

    def plain(self) -> dict[str, Any]:
        """Answer it as data for JSON."""
        return {"protocol": self.protocol, "config": dict(self.config), "enabled": self.enabled}


@dataclass(frozen=True, slots=True)
class Site:
    """All that is configured, at one moment."""

    assets: Mapping[str, Asset] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    tags: Mapping[int, Tag] = field(default_factory=dict)

    def of(self, source: str) -> list[Tag]:
        """Answer the tags of a source, by id."""
        return sorted((tag for tag in self.tags.values() if tag.source == source), key=lambda tag: tag.id)


def site_of(entries: Sequence[Kept]) -> tuple[Site, list[str]]:
    """Make a Site of what the bucket holds; also answer the keys that could not be read."""
    assets: dict[str, Asset] = {}
    sources: dict[str, Source] = {}
    tags: dict[int, Tag] = {}
    unreadable = []
    for entry in entries:
        kind, _, name = entry.key.partition(".")
        if entry.value is None or not name:
            continue
        try:
            plain = from_json(entry.value)
            if kind == "assets":
                asset = take(Asset, plain, entry.key)
                assets[asset.path] = asset
            elif kind == "sources":
                sources[name] = Source(str(plain["protocol"]), plain["config"], plain["enabled"] is True)
            elif kind == "tags":
                tag = take(Tag, plain, entry.key)
                tags[tag.id] = tag
        except (WrongShape, KeyError, TypeError):
            unreadable.append(entry.key)
    return Site(assets, sources, tags), unreadable


class Registry:
    """Reads and writes the configuration of one site."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @classmethod
    async def open(cls, streams: Streams, site: str) -> "Registry":
        """Open the registry of a site. Raise BadName."""
        _name(site)
        return cls(await streams.bucket(f"plant-{site}", history=5))

    @property
    def bucket(self) -> Bucket:
        """Where it is kept; for watching, not for writing."""
        return self._bucket

    async def site(self) -> Site:
        """Answer all that is configured."""
        return site_of(await self._bucket.all())[0]

    async def store_source(self, name: str, source: Source) -> None:
        """Keep a source; the caller has made sure that its device answers. Raise BadName."""
        _name(name)
        await self._bucket.put(f"sources.{name}", _json(source.plain()))

    async def enable(self, name: str, *, enabled: bool) -> None:
        """Let a source run or rest. Raise NoSuchSource."""
        source = self._known(await self.site(), name)
        await self.store_source(name, replace(source, enabled=enabled))

    async def remove(self, name: str) -> int:
        """Forget a source and its tags; answer how many tags. Their history stays. Raise NoSuchSource."""
        site = await self.site()
        self._known(site, name)
        tags = site.of(name)
        await _in_groups([self._bucket.delete(f"tags.{tag.id}") for tag in tags])
        await self._bucket.delete(f"sources.{name}")
        return len(tags)

    async def store_asset(self, asset: Asset) -> None:
        """Keep an asset and those above it that there are not yet. Raise BadPath."""
        known = (await self.site()).assets
        await self._bucket.put(_asset_key(asset.path), _json(give(asset)))
        await self._make_assets([asset.parent], known)

    async def pick(self, source: str, wanted: Sequence[Mapping[str, Any]]) -> list[Tag]:
        """Make tags, as JSON without id and source; one whose address is read already keeps its id and is changed.

        Raise NoSuchSource, PathTaken, WrongShape, BadPath: then nothing is changed.
        """
        site = await self.site()
        self._known(site, source)
        by_address = {(tag.address, tag.path): tag for tag in site.of(source)}
        tags = [take(Tag, {**one, "id": 1, "source": source}, f"tags[{n}]") for n, one in enumerate(wanted)]
        known = [by_address.get((tag.address, tag.path)) for tag in tags]
        _refuse_taken_paths(tags, known, site)
        ids = iter(await self._take_ids(known.count(None)))
        made = [replace(tag, id=old.id if old else next(ids)) for tag, old in zip(tags, known, strict=True)]
        await self._make_assets(sorted({tag.asset for tag in made}), site.assets)
        await _in_groups([self._bucket.put(f"tags.{tag.id}", _json(give(tag))) for tag in made])
        return made

    async def unpick(self, ids: Sequence[int]) -> None:
        """Forget tags; their ids are not given again."""
        await _in_groups([self._bucket.delete(f"tags.{number}") for number in ids])

    async def _take_ids(self, count: int) -> range:
        """Take so many ids, in a row. Raise TooManyTags."""
        if not count:
            return range(0)
        for _try in range(TRIES):
            kept = await self._bucket.get(NEXT)
            first = int(kept.value) if kept and kept.value else 1
            if first + count > LARGEST_TAG:
                break
            try:
                await self._bucket.put(NEXT, str(first + count).encode(), revision=kept.revision if kept else 0)
            except WrongRevision:
                continue  # another registry was first: its ids are its own
            return range(first, first + count)
        raise TooManyTags(count=count)

    async def _make_assets(self, paths: Sequence[str], known: Mapping[str, Asset]) -> None:
        """Make the assets on the way to these paths that there are not yet, named like their step."""
        wanted = {path[: len(path) - len(rest)] for path in paths for rest in _rests(path)} - known.keys() - {""}
        await _in_groups(
            [
                self._bucket.put(_asset_key(path), _json(give(Asset(path, path.rpartition("/")[2]))))
                for path in sorted(wanted)
            ]
        )

    def _known(self, site: Site, name: str) -> Source:
        if name not in site.sources:
            raise NoSuchSource(name=name[:64], known=", ".join(sorted(site.sources)) or "none yet")
        return site.sources[name]


def _rests(path: str) -> list[str]:
    """Answer what is cut off a path to get it and each above it: for a/b/c the rests "", "/c" and "/b/c"."""
    level_of(path)
    steps = path.split("/")
    return ["".join(f"/{step}" for step in steps[depth:]) for depth in range(1, len(steps) + 1)]


def _refuse_taken_paths(tags: Sequence[Tag], known: Sequence[Tag | None], site: Site) -> None:
    taken = {tag.path: tag for tag in site.tags.values()}
    for tag, old in zip(tags, known, strict=True):
        other = taken.get(tag.path)
        if other is not None and other is not old:
            raise PathTaken(path=tag.path, tag=other.id or "picked here", source=other.source)
        taken[tag.path] = old or tag


def _asset_key(path: str) -> str:
    level_of(path)
    return "assets." + path.replace("/", ".")


def _name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise BadName(name=name[:80])


def _json(plain: object) -> bytes:
    return json.dumps(plain, ensure_ascii=False).encode()


async def _in_groups(calls: Sequence[Any]) -> None:
    """Await many writes, some at a time."""
    for first in range(0, len(calls), AT_ONCE):
        await asyncio.gather(*calls[first : first + AT_ONCE])
