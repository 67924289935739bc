"""The ear of central: hears what plants say and writes it where pages find it: each site's registry, and its events.

Runs as a process of its own (`hanmaru.launch.intake`), so that nothing that plants send can hold up pages or jobs.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

import structlog
from asgiref.sync import sync_to_async
from django.db import close_old_connections

from hanmaru.bus.floor_streams import EVENTS
from hanmaru.bus.streams import Bucket, Delivered, NoSuchStream, NotAcknowledged, Streams
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.plant import queries
from hanmaru.central.plant.services import Registry, Told, keep_event, mirror
from hanmaru.floor.shapes import WrongShape, take, told

QUIET: Final = 0.3  # seconds without a change before the registry is read: one look for a whole import
LOOK: Final = 10.0  # seconds between two looks for new sites
AT_ONCE: Final = 100  # events written together

LONGEST: Final = 100_000  # characters of an event's words; a row keeps the first of them

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Event:
    """What a connection tells, as far as a row keeps it."""

    at: datetime = told("When it happened.")
    kind: str = told("What happened, in a word.", longest=LONGEST)
    words: str = told("What happened, for people.", longest=LONGEST)


async def listen(streams: Streams) -> None:
    """Keep the mirror of every site true, for ever."""
    following: dict[int, asyncio.Task[None]] = {}
    try:
        while True:
            for company, site, name in await sync_to_async(_sites)():
                if site not in following or following[site].done():
                    _tell(following.get(site))
                    following[site] = asyncio.create_task(follow(streams, company, site, name))
            await asyncio.sleep(LOOK)
    finally:
        for task in following.values():
            task.cancel()
        await asyncio.gather(*following.values(), return_exceptions=True)


async def hear_events(streams: Streams) -> None:
    """Keep what connections tell, for ever; an event is acknowledged once it is in the database."""
    began = False
    while True:
        try:
            consumer = await streams.consumer(EVENTS, "central", take_over=not began)
            began = True
            while True:
                if heard := await consumer.pull(AT_ONCE, LOOK):
                    await sync_to_async(_keep)(heard)
                    await consumer.acknowledge(heard)
        except (NotAcknowledged, NoSuchStream) as error:
            log.warning("intake.waits", why=str(error))
            await asyncio.sleep(LOOK)


def _keep(heard: Sequence[Delivered]) -> None:
    """Write events to the sites they come from. What is no event, or of no site of ours, is told and passed over."""
    sites = {name: (company, site) for company, site, name in _sites()}
    for one in heard:
        _floor, name, _events, source = one.subject.split(".", 3)
        try:
            event, said = _event(one.data)
            company, site = sites[name]
        except (WrongShape, KeyError) as error:
            log.warning("intake.bad_event", subject=one.subject, why=repr(error))
            continue
        with acting(company_id=company, user_id=None, device_id=None, source="intake"):
            heard_event = Told(event.at, source, event.kind, event.words, said)
            keep_event(site, f"{one.sequence}:{event.at.isoformat()}", heard_event)


def _event(data: bytes) -> tuple[_Event, Any]:
    """Read an event, and how its words were made.

    Raise WrongShape for what no row can hold: it would come again for ever.
    """
    try:
        message = json.loads(data, parse_constant=lambda _nan: None)
    except (ValueError, RecursionError) as error:
        raise WrongShape(field="message", problem="send one JSON object") from error
    if not isinstance(message, dict):
        raise WrongShape(field="message", problem="give an object")
    kept = {one.name for one in fields(_Event)}
    said = message.get("said")
    event = take(_Event, {name: value for name, value in message.items() if name in kept})
    return event, said.get("words") if isinstance(said, dict) else None


async def follow(streams: Streams, company: int, site: int, name: str) -> None:
    """Mirror one site now and after every change."""
    bucket = await streams.bucket(f"plant-{name}")
    async with bucket.watch() as changes:
        waiting = asyncio.ensure_future(anext(changes))
        try:
            while True:
                await read(bucket, company, site)
                await waiting
                waiting = asyncio.ensure_future(anext(changes))
                while (await asyncio.wait({waiting}, timeout=QUIET))[0]:
                    waiting.result()  # raises where the watch has ended: it is begun anew
                    waiting = asyncio.ensure_future(anext(changes))
        finally:
            waiting.cancel()


async def read(bucket: Bucket, company: int, site: int) -> None:
    """Mirror a bucket as it is now."""
    registry = Registry()
    for kept in await bucket.all():
        if kept.value is not None:
            registry.read(kept.key, kept.value)
    for key, why in registry.rejected.items():
        log.warning("intake.rejected", site=site, key=key, why=why)
    await sync_to_async(_mirror)(company, site, registry)


def _mirror(company: int, site: int, registry: Registry) -> None:
    close_old_connections()
    with acting(company_id=company, user_id=None, device_id=None, source="intake"):
        mirror(site, registry)


def _sites() -> list[tuple[int, int, str]]:
    """Every site of every company: (company, site, name)."""
    close_old_connections()
    with acting(user_id=None, device_id=None, source="intake"):
        return [(company, site.id, site.name) for company, site in queries.every_site()]


def _tell(ended: "asyncio.Task[None] | None") -> None:
    if ended is not None and not ended.cancelled() and ended.exception() is not None:
        log.error("intake.broken", why=str(ended.exception()))
