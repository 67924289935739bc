"""The ear of central: hears what plants say and writes it where pages find it. Today: the registry of each site.

Runs as a process of its own (`hanmaru.launch.intake`), so that nothing that plants send can hold up pages or jobs.
"""

import asyncio
from typing import Final

import structlog
from asgiref.sync import sync_to_async
from django.db import close_old_connections

from hanmaru.bus.streams import Bucket, Streams
from hanmaru.central.companies.queries import company_ids
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.plant import queries
from hanmaru.central.plant.services import Registry, mirror

QUIET: Final = 0.3  # seconds without a change before the registry is read: one look for a whole import
LOOK: Final = 30.0  # seconds between two looks for new sites

log = structlog.get_logger(__name__)


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
    found = []
    for company in company_ids():
        with acting(company_id=company, user_id=None, device_id=None, source="intake"):
            found += [(company, site.id, site.name) for site in queries.own_sites()]
    return found


def _tell(ended: "asyncio.Task[None] | None") -> None:
    if ended is not None and not ended.cancelled() and ended.exception() is not None:
        log.error("intake.broken", why=str(ended.exception()))
