"""The historian's process. `python -m hanmaru.launch.historian`."""

import asyncio
import os
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import uvicorn

from hanmaru.bus.connect import connect_streams
from hanmaru.edge.historian.classes import Classes
from hanmaru.edge.historian.http import application
from hanmaru.edge.historian.owner import Owner, Plan
from hanmaru.edge.historian.retention import Keep
from hanmaru.edge.historian.set_aside import SetAside
from hanmaru.edge.historian.store import Store
from hanmaru.launch import logs
from hanmaru.launch.house import House
from hanmaru.launch.listening import listen
from hanmaru.launch.settings import Settings, load

MEGABYTE: Final = 1_000_000


class _Server(uvicorn.Server):
    """Leaves signals to us: the history is to be closed after the last answer."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def keep(settings: Settings) -> None:
    """Keep the history of the site until SIGTERM or SIGINT. Raise HistoryTaken, HistoryDamaged, NoPort."""
    logs.configure("historian", settings.node.log_level)
    house = House(settings.node.data_dir)
    with listen(settings.historian.host, settings.historian.port) as listener:
        address = f"http://{settings.historian.host}:{listener.getsockname()[1]}"
        (house.state / "historian.url").write_text(address, encoding="ascii")
        asyncio.run(_keep(settings, house, listener))


async def _keep(settings: Settings, house: House, listener: socket.socket) -> None:
    folder, classes = house.folder / "historian", Classes()
    streams = connect_streams(os.environ.get("HANMARU_BUS_URL") or "memory:")
    try:
        store = Store(folder, classes)
        owner = Owner(store, SetAside(folder / "aside"), streams, settings.node.site, classes, _plan(settings, folder))
        app = application(owner.desk, os.environ.get("HANMARU_HISTORIAN_TOKEN", ""), lambda: owner.trouble is None)
        server = _Server(uvicorn.Config(app, log_config=None, access_log=False, server_header=False, lifespan="off"))
        working = asyncio.create_task(owner.run())
        answering = asyncio.create_task(server.serve([listener]))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, working.cancel)
        with suppress(asyncio.CancelledError):
            await working
        server.should_exit = True
        await answering
    finally:
        await streams.close()


def _plan(settings: Settings, folder: Path) -> Plan:
    told = settings.historian
    days = {"short": told.short_days, "standard": told.standard_days, "long": told.long_days}
    keep = Keep(
        days,
        minutes=told.minutes_days,
        warn=told.warn_free_mb * MEGABYTE,
        thin=told.thin_free_mb * MEGABYTE,
        stop=told.stop_free_mb * MEGABYTE,
    )
    return Plan(keep, lambda: shutil.disk_usage(folder).free)


if __name__ == "__main__":
    keep(load(None, os.environ))
