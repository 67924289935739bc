"""The whole system on one machine: services, web processes, worker and historian, until somebody asks to stop."""

import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog

from hanmaru.launch import logs, services
from hanmaru.launch.child import Program
from hanmaru.launch.house import House
from hanmaru.launch.listening import listen
from hanmaru.launch.settings import Settings
from hanmaru.launch.supervisor import StopAsked, Supervisor, stop_signals_raise

# Background jobs, searches for plans, the ear of central, the owner of the history, the gateway: each with the seconds
# that it gets to end.
BESIDE: Final = {"worker": 10, "searcher": 10, "intake": 10, "historian": 30, "gateway": 20}
TWIN: Final = 5  # the same of the demo's virtual plant

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Progress:
    """How the start is told to the person."""

    step: Callable[[str], None]
    ready: Callable[[str], None]
    tell: Callable[[str], None]


def up(settings: Settings, progress: Progress, *, demo: bool = False) -> None:
    """Start everything, keep it running and stop it cleanly when asked to. Raise what hinders the start."""
    house = House(settings.node.data_dir)
    supervisor = Supervisor(progress.tell)
    with (
        house.occupied(),
        (house.logs / "up.log").open("a", encoding="utf-8") as stream,
        stop_signals_raise(),
        # Open as long as we run: a web process that is started again inherits it.
        listen(settings.web.host, settings.web.port) as listener,
    ):
        logs.configure("up", settings.node.log_level, stream)
        try:
            progress.step("Starting the database and the bus ...")
            environment = {**services.start(settings, house, supervisor), **_address(settings, listener, progress)}
            services.prepare(environment, demo=demo)
            progress.step("Starting the web processes ...")
            _start_processes(settings, house, supervisor, environment, listener)
            house.announce(environment)
            log.info("up.ready", url=environment["HANMARU_PUBLIC_URL"])
            progress.ready(environment["HANMARU_PUBLIC_URL"])
            if demo:  # after the pages: nobody waits for it
                supervisor.start(_beside(house, environment, "twin", TWIN))
            supervisor.run()
        except StopAsked:
            progress.step("Stopping ...")
        finally:
            supervisor.stop()


def _address(settings: Settings, listener: socket.socket, progress: Progress) -> dict[str, str]:
    """Answer under which address and names the pages are, as variables."""
    port = listener.getsockname()[1]
    if port != settings.web.port:
        progress.tell(f"Port {settings.web.port} is taken, so Hanmaru uses {port}")
    url = settings.web.public_url or f"http://{_reachable_name(settings.web.host)}:{port}"
    names = dict.fromkeys([*settings.web.allowed_hosts, urlsplit(url).hostname or ""])
    return {
        "HANMARU_WEB_PORT": str(port),
        "HANMARU_PUBLIC_URL": url,
        "HANMARU_ALLOWED_HOSTS": ",".join(names),
    }


def _start_processes(
    settings: Settings, house: House, supervisor: Supervisor, environment: Mapping[str, str], listener: socket.socket
) -> None:
    web = [_web(settings, house, environment, listener, number) for number in range(1, settings.web.processes + 1)]
    beside = [_beside(house, environment, name, seconds) for name, seconds in BESIDE.items()]
    supervisor.start(*web, *beside)


def _reachable_name(host: str) -> str:
    if host in {"127.0.0.1", "::1"}:
        return "localhost"
    return socket.gethostname() if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound


def _web(
    settings: Settings, house: House, environment: Mapping[str, str], listener: socket.socket, number: int
) -> Program:
    ready = house.state / f"web-{number}.ready"
    return Program(
        name=f"web {number}" if settings.web.processes > 1 else "web",
        command=[sys.executable, "-m", "hanmaru.launch.web", str(listener.fileno()), str(ready)],
        log=house.logs / f"web-{number}.log",
        environment=environment,
        ready=partial(_says_ready, ready),
        inherited=[listener.fileno()],
        orphaned=signal.SIGKILL,  # also when stuck; what was acknowledged is in the database
        patience=8,
    )


def _says_ready(file: Path, pid: int) -> bool:
    return file.exists() and file.read_text(encoding="ascii") == str(pid)


def _beside(house: House, environment: Mapping[str, str], name: str, patience: int) -> Program:
    """Answer a process that answers no browser, `hanmaru.launch.NAME`. It is not waited for: pages go on without it."""
    return Program(
        name=name,
        command=[sys.executable, "-m", f"hanmaru.launch.{name}"],
        log=house.logs / f"{name}.log",
        environment=environment,
        orphaned=signal.SIGKILL,  # what was acknowledged is in the database or on the disk
        patience=patience,
    )
