"""The services that central needs: a database and a bus, embedded or a person's own, and central's own preparation."""

import asyncio
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.floor_streams import make_floor_streams
from hanmaru.kernel.errors import Unavailable
from hanmaru.launch import child, database, logs, nats
from hanmaru.launch.house import House
from hanmaru.launch.postgres import EmbeddedPostgres
from hanmaru.launch.settings import Settings
from hanmaru.launch.supervisor import Supervisor


class CouldNotPrepare(Unavailable):
    """The tables, the browser's files or the demo data could not be made."""

    code = "launch.could_not_prepare"
    message = "The preparation failed with status %(status)s; its words stand above"


def start(settings: Settings, house: House, supervisor: Supervisor) -> dict[str, str]:
    """Start what is not given by the settings; answer the whole environment for Django's processes.

    Raise DidNotStart, NotAcknowledged, NoRoom.
    """
    environment = {**settings.environment(), "HANMARU_DATA_DIR": str(house.folder)}
    environment.setdefault("HANMARU_SECRET_KEY", house.secrets.of("django.secret_key"))
    environment.setdefault("HANMARU_HISTORIAN_TOKEN", house.secrets.of("historian.token"))
    environment["PROMETHEUS_MULTIPROC_DIR"] = str(_fresh(house.state / "metrics"))
    environment["DJANGO_SETTINGS_MODULE"] = "hanmaru.central.settings"
    if not settings.database.url:
        server = EmbeddedPostgres(house.folder / "postgres", house.secrets, house.logs / "postgres.log")
        supervisor.start(server.program())
        environment.update(database.prepare(server).environment())
    if not settings.bus.url:
        bus = nats.embedded_nats(house.folder / "nats", house.secrets, settings.bus)
        supervisor.start(nats.program(bus, house.logs / "nats.log"))
        environment.update(nats.announced(bus))
    asyncio.run(_make_streams(environment["HANMARU_BUS_URL"], settings.bus.readings_mb))
    return environment


async def _make_streams(url: str, readings_mb: int) -> None:
    """Make what the floor's facts are kept in, before anybody sends one."""
    streams = connect_streams(url)
    try:
        await make_floor_streams(streams, readings_mb)
    finally:
        await streams.close()


def prepare(environment: Mapping[str, str], *, demo: bool = False) -> None:
    """Bring the tables and the browser's files up to the code. Raise CouldNotPrepare.

    It runs with the person's terminal as its own and tells its progress itself.
    """
    program = child.Program(
        name="preparation",
        command=[sys.executable, "-m", "hanmaru.launch.prepare", *(["demo"] if demo else [])],
        log=None,
        environment={**environment, "HANMARU_LOG_LEVEL": "WARNING"},
        orphaned=signal.SIGKILL,
    )
    process = child.begin(program)
    try:
        status = process.wait()
    finally:
        child.end(process, program)
    if status != 0:
        raise CouldNotPrepare(status=status)


@contextmanager
def reached(settings: Settings) -> Iterator[dict[str, str]]:
    """Answer the environment of the services: those of a running `hanmaru up`, else ones started for us alone."""
    house = House(settings.node.data_dir)
    running = house.announced()
    if running is not None:
        yield running
        return
    supervisor = Supervisor(tell=print)
    with house.occupied(), (house.logs / "command.log").open("a", encoding="utf-8") as stream:
        logs.configure("command", settings.node.log_level, stream)
        try:
            environment = start(settings, house, supervisor)
            prepare(environment)
            yield environment
        finally:
            supervisor.stop()


def _fresh(folder: Path) -> Path:
    """An empty folder: figures of processes that ended with the last run are not counted again."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
