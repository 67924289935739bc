"""The questions that pages and the command line ask the gateway host on `floor.SITE.ask.gateway`, and their answers.

A question is JSON {"do": ..., ...}; the answer is JSON, on trouble {"error": {"code", "words", "remedy"}}:

| do | with | answers |
|---|---|---|
| drivers | | what drivers there are and the fields of their configurations |
| test | url, or protocol and config | whether the device answers |
| browse | url, or protocol and config, or source; address, depth, find, first | what lies there, 5,000 from a place |
| store | name, protocol and config (or url), enabled, tags | stores a source once its device has answered |
| assets | assets | names the parts of the plant: path, name, name_en, kind |
| pick | source, tags | makes tags of addresses, with type and unit from browsing where not told |
| unpick | tags (ids) | forgets tags |
| remove | source | forgets a source and its tags; their history stays |
| enable | source, enabled | lets it run or rest |
| list | | sources, without secrets, and their tags |
| dead | source, first | messages that the bus refused, 50 from a place on; without a source how many each has |
| dead_letter | source, letter | one of them in full: its readings or text |
| resend, drop | source, letters (names) or all | sends them anew, or forgets them |
| mend | source, letter, text, by | sends what a person made of one in its place; gateway.mending tells the form |
| mended | source, first | what was mended, the newest first: before, after, by whom |

docs/reference/drivers.md lists the fields of each driver's configuration.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hanmaru.bus.streams import NotAcknowledged, Streams
from hanmaru.floor import subjects
from hanmaru.floor.asset import Asset
from hanmaru.floor.shapes import WrongShape, describe, from_json, give, take, without_secrets
from hanmaru.floor.subjects import NAME
from hanmaru.floor.words import sentence
from hanmaru.gateway import refused
from hanmaru.gateway.drivers import card, from_url, load, names
from hanmaru.gateway.outbox import Outbox
from hanmaru.gateway.probe import PATIENCE, Look, ask, told
from hanmaru.gateway.registry import NoSuchSource, Registry, Source
from hanmaru.kernel.errors import HanmaruError, Invalid

if TYPE_CHECKING:
    from hanmaru.gateway.host import Host

MOST_TAGS: Final = 20_000  # picked by one question
RESERVED: Final = frozenset({"gateway", "historian"})  # names under which others are asked

Question = Mapping[str, Any]


class DeviceSaysNo(Invalid):
    """The device did not answer as it should, so nothing was stored."""

    code = "gateway.device_says_no"
    message = "%(words)s"


class Asked:
    """Answers for one host."""

    def __init__(self, host: "Host", streams: Streams, site: str) -> None:
        self._host, self._streams, self._site = host, streams, site
        self._deeds: dict[str, Callable[[Question], Awaitable[dict[str, Any]]]] = {
            "drivers": self._drivers,
            "test": self._test,
            "browse": self._browse,
            "store": self._store,
            "assets": self._assets,
            "pick": self._pick,
            "unpick": self._unpick,
            "remove": self._remove,
            "enable": self._enable,
            "list": self._list,
            **dict.fromkeys(refused.DEEDS, self._refused),
        }

    async def answer(self, data: bytes) -> dict[str, Any]:
        """Answer one question; whatever is wrong with it becomes the answer."""
        try:
            question = from_json(data)
            if not isinstance(question, dict) or question.get("do") not in self._deeds:
                raise WrongShape(field="do", problem=sentence("give one of %(known)s", known=", ".join(self._deeds)))
            return await self._deeds[question["do"]](question)
        except HanmaruError as error:
            return {"error": _told(error)}
        except KeyError as error:
            return {"error": told(WrongShape(field=str(error.args[0]), problem="missing; give it"))}
        except (TypeError, ValueError) as error:
            return {"error": told(WrongShape(field="question", problem=str(error)[:300]))}

    async def _drivers(self, _: Question) -> dict[str, Any]:
        return {"drivers": [_driver(name) for name in names()]}

    async def _test(self, question: Question) -> dict[str, Any]:
        protocol, config = _device(question)
        async with self._host.resting(str(question.get("name", ""))):
            return _or_raise(await ask({"do": "test", "protocol": protocol, "config": config}))

    async def _browse(self, question: Question) -> dict[str, Any]:
        where = asdict(Look.asked(question))
        if "source" not in question:
            protocol, config = _device(question)
            return _or_raise(await ask({"do": "browse", "protocol": protocol, "config": config, **where}))
        name = str(question["source"])
        if name in self._host.instances:  # its driver holds the device: it looks for us
            data = json.dumps({"do": "browse", **where}).encode()
            answer = await self._streams.request(subjects.ask(self._site, name), data, PATIENCE)
            found: dict[str, Any] = from_json(answer)
            return _or_raise(found)
        source = await self._source(name)
        return _or_raise(await ask({"do": "browse", "protocol": source.protocol, "config": source.config, **where}))

    async def _store(self, question: Question) -> dict[str, Any]:
        name = str(question["name"])
        if name in RESERVED:
            raise WrongShape(
                field="name",
                problem=sentence("%(name)s is the name of a part of Hanmaru; choose another one", name=name),
            )
        protocol, config = _device(question)
        config = await self._with_kept_secrets(name, protocol, config)
        take(load(protocol).config, config, "config")
        registry = await self._registry()
        tags = _tags(question)
        async with self._host.resting(name):
            _or_raise(await ask({"do": "test", "protocol": protocol, "config": config}))
            enabled = question.get("enabled", True) is True
            await registry.store_source(name, Source(protocol, config, enabled))
            picked = await self._picked(registry, name, tags) if tags else []
        return {"stored": name, "tags": [give(tag) for tag in picked]}

    async def _assets(self, question: Question) -> dict[str, Any]:
        assets = [take(Asset, one, f"assets[{number}]") for number, one in enumerate(question["assets"])]
        registry = await self._registry()
        for asset in assets:
            await registry.store_asset(asset)
        return {"stored": len(assets)}

    async def _pick(self, question: Question) -> dict[str, Any]:
        picked = await self._picked(await self._registry(), str(question["source"]), _tags(question))
        return {"tags": [give(tag) for tag in picked]}

    async def _unpick(self, question: Question) -> dict[str, Any]:
        numbers = [int(one) for one in question["tags"]]
        await (await self._registry()).unpick(numbers)
        return {"forgotten": len(numbers)}

    async def _remove(self, question: Question) -> dict[str, Any]:
        return {"forgotten": await (await self._registry()).remove(str(question["source"]))}

    async def _enable(self, question: Question) -> dict[str, Any]:
        enabled = question["enabled"] is True
        await (await self._registry()).enable(str(question["source"]), enabled=enabled)
        return {"enabled": enabled}

    async def _list(self, _: Question) -> dict[str, Any]:
        site = await (await self._registry()).site()
        return {
            "site": self._site,
            "sources": [
                {
                    "name": name,
                    "protocol": source.protocol,
                    "enabled": source.enabled,
                    "config": _shown(source),
                    "pid": self._host.instances[name].pid if name in self._host.instances else None,
                    "starts": self._host.instances[name].starts if name in self._host.instances else 0,
                    "tags": [give(tag) for tag in site.of(name)],
                }
                for name, source in sorted(site.sources.items())
            ],
            "assets": [give(site.assets[path]) for path in sorted(site.assets)],
        }

    async def _refused(self, question: Question) -> dict[str, Any]:
        """Have the process that holds the outbox answer; of a source that rests it is opened here for the moment."""
        if question["do"] == "dead" and "source" not in question:
            return {"sources": await asyncio.to_thread(refused.counted, self._host.folder)}
        name = str(question["source"])
        folder = self._host.folder / name / "outbox"
        if not NAME.fullmatch(name) or not folder.is_dir():
            await self._source(name)  # says so where there is none of that name
            return {"letters": [], "mended": [], "kept": 0, "lost": 0}
        if name in self._host.instances:
            data = json.dumps(dict(question)).encode()
            with suppress(NotAcknowledged):  # one that cannot start has let go of its outbox
                found: dict[str, Any] = from_json(
                    await self._streams.request(subjects.ask(self._site, name), data, PATIENCE)
                )
                return _or_raise(found)
        return await asyncio.to_thread(_of_a_resting, folder, name, question)

    async def _picked(self, registry: Registry, name: str, wanted: Sequence[Question]) -> list[Any]:
        """Pick tags; what is not told of type, unit and writing is looked up at the device."""
        if any("type" not in one for one in wanted):
            found = await self._browse({"source": name, "depth": 8})
            nodes = {node["address"]: node for node in found["nodes"] if node["kind"] == "point"}
            wanted = [_completed(one, nodes.get(str(one.get("address")))) for one in wanted]
        return await registry.pick(name, wanted)

    async def _with_kept_secrets(self, name: str, protocol: str, config: dict[str, Any]) -> dict[str, Any]:
        """Put back what a page was shown as ***."""
        before = (await (await self._registry()).site()).sources.get(name)
        kept = before.config if before and before.protocol == protocol else {}
        return {field: kept.get(field, "") if value == "***" else value for field, value in config.items()}

    async def _source(self, name: str) -> Source:
        sources = (await (await self._registry()).site()).sources
        if name not in sources:
            raise NoSuchSource(name=name[:64], known=", ".join(sorted(sources)) or "none yet")
        return sources[name]

    async def _registry(self) -> Registry:
        return await Registry.open(self._streams, self._site)


def _of_a_resting(folder: Path, name: str, question: Question) -> dict[str, Any]:
    box = Outbox(folder, name)
    try:
        return refused.answer(box, question)
    finally:
        box.close()


def _device(question: Question) -> tuple[str, dict[str, Any]]:
    """Answer (driver, configuration) that a question names, by address or by fields. Raise what is wrong with them."""
    if "url" in question:
        protocol, config = from_url(str(question["url"]))
        return protocol, {**config, **question.get("config", {})}
    protocol = str(question["protocol"])
    load(protocol)
    return protocol, dict(question["config"])


def _tags(question: Question) -> list[Question]:
    tags = question.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(one, dict) for one in tags) or len(tags) > MOST_TAGS:
        raise WrongShape(field="tags", problem=sentence("give a list of at most %(most)s tags", most=MOST_TAGS))
    return tags


def _completed(tag: Question, node: Question | None) -> Question:
    if node is None:
        raise WrongShape(
            field="tags.address",
            problem=sentence("the device has no %(address)s; give its type yourself", address=tag.get("address")),
        )
    found = {"type": node["type"], "unit": node["unit"], "writable": node["writable"]}
    if node["description"]:
        found["description"] = node["description"][:200]
    return {**found, **tag}


def _driver(name: str) -> dict[str, Any]:
    scored, shape = card(name), load(name).config
    return {
        "name": name,
        "title": scored.title,
        "title_ko": scored.title_ko,
        "schemes": list(scored.schemes),
        "fields": [dict(zip(("name", "type", "bounds", "description"), row, strict=True)) for row in describe(shape)],
    }


def _shown(source: Source) -> dict[str, object]:
    try:
        return without_secrets(load(source.protocol).config, source.config)
    except HanmaruError:
        return {}  # a driver that is gone: nobody knows which of its fields are secret


def _or_raise(found: dict[str, Any]) -> dict[str, Any]:
    if "error" in found:
        raise DeviceSaysNo(**found["error"])
    return found


def _told(error: HanmaruError) -> dict[str, Any]:
    """Answer an error as data; one that the device's driver raised keeps its own code."""
    if isinstance(error, DeviceSaysNo):
        return {name: error.data.get(name, "") for name in ("code", "words", "remedy", "said")}
    return told(error)
