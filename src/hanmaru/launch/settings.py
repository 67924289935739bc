"""The settings of one node: a file `hanmaru.toml`, over it `HANMARU_...` variables, over both what a command says.

Each setting is a field of a small frozen object that checks itself; its variable and description stand beside it, and
docs/reference/settings.md is made from them. A value out of bounds stops the start with a sentence that names the
setting, the bound and where the value came from.
"""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_type_hints
from zoneinfo import available_timezones

from hanmaru.floor.subjects import NAME
from hanmaru.kernel.errors import Invalid

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class BadSetting(Invalid):
    """A setting is unknown or its value out of bounds."""

    code = "launch.bad_setting"
    message = "The setting %(name)s must be %(bound)s; it is %(value)s. Change it in %(source)s"


class UnknownSetting(Invalid):
    """The file names a setting that there is not."""

    code = "launch.unknown_setting"
    message = "There is no setting %(name)s, named in %(source)s. Did you mean %(near)s?"


class UnreadableSettings(Invalid):
    """The file is not there, or is no TOML."""

    code = "launch.unreadable_settings"
    message = "The settings file %(source)s cannot be read: %(why)s"


def setting(variable: str, description: str, default: Any, *, secret: bool = False) -> Any:
    """Declare a setting: its environment variable, what it is for, what holds when nobody says."""
    return field(
        default=default, repr=not secret, metadata={"variable": variable, "description": description, "secret": secret}
    )


@dataclass(frozen=True)
class Node:
    """This machine: where things are kept and who it is for."""

    data_dir: Path = setting(  # noqa: RUF009 - a Path does not change
        "HANMARU_DATA_DIR", "Folder for data, photos, logs and generated secrets", Path(".hanmaru")
    )
    site: str = setting("HANMARU_SITE", "Name of the site that this node serves", "seongsu")
    time_zone: str = setting("HANMARU_TIME_ZONE", "Time zone in which people see times", "Asia/Seoul")
    secret_key: str = setting(
        "HANMARU_SECRET_KEY", "Signs sessions and links; made and kept in the data folder when empty", "", secret=True
    )
    log_level: str = setting("HANMARU_LOG_LEVEL", "Least level that is logged", "INFO")
    debug: bool = setting("HANMARU_DEBUG", "Show errors in full in the browser; for development only", default=False)

    def __post_init__(self) -> None:
        _require(
            self, "time_zone", "a name of the tz database, such as Asia/Seoul", self.time_zone in available_timezones()
        )
        _require(
            self, "secret_key", "empty or at least 32 characters", not self.secret_key or len(self.secret_key) >= 32
        )
        named = NAME.fullmatch(self.site) is not None
        _require(self, "site", "1 to 64 small letters, digits and -, beginning with a letter or digit", named)
        _require(self, "log_level", "one of " + ", ".join(LOG_LEVELS), self.log_level in LOG_LEVELS)


@dataclass(frozen=True)
class Web:
    """The processes that answer browsers and programs."""

    host: str = setting("HANMARU_WEB_HOST", "Address to listen on; 0.0.0.0 for other machines too", "127.0.0.1")
    port: int = setting("HANMARU_WEB_PORT", "Port to listen on; the next free one is taken when it is not", 8000)
    processes: int = setting("HANMARU_WEB_PROCESSES", "How many processes answer", 2)
    threads: int = setting("HANMARU_WEB_THREADS", "How many requests one process works on at a time", 8)
    public_url: str = setting(
        "HANMARU_PUBLIC_URL", "Address that people and links use; made from host and port when empty", ""
    )
    allowed_hosts: tuple[str, ...] = setting(
        "HANMARU_ALLOWED_HOSTS",
        "Names under which this node may be called, parted by commas",
        ("localhost", "127.0.0.1", "[::1]"),
    )

    def __post_init__(self) -> None:
        _require(self, "port", "from 1 to 65535", 1 <= self.port <= 65535)
        _require(self, "processes", "from 1 to 64", 1 <= self.processes <= 64)
        _require(self, "threads", "from 1 to 64", 1 <= self.threads <= 64)
        _require(
            self,
            "public_url",
            "empty, or begin with http:// or https:// and not end with /",
            not self.public_url or (self.public_url.startswith(("http://", "https://")) and self.public_url[-1] != "/"),
        )


@dataclass(frozen=True)
class Database:
    """A PostgreSQL of your own; the embedded one is started when both are empty."""

    url: str = setting("HANMARU_DATABASE_URL", "Its address for the app role, postgresql://...", "", secret=True)
    owner_url: str = setting(
        "HANMARU_DATABASE_OWNER_URL", "The same for the role that owns the tables", "", secret=True
    )

    def __post_init__(self) -> None:
        for name in ("url", "owner_url"):
            value = getattr(self, name)
            _require(self, name, "empty or begin with postgresql://", not value or value.startswith("postgresql://"))
        _require(self, "owner_url", "given together with url, or neither", bool(self.url) == bool(self.owner_url))


@dataclass(frozen=True)
class Bus:
    """A NATS server of your own; the embedded one is started when the address is empty."""

    url: str = setting("HANMARU_BUS_URL", "Its address, nats://user:password@host:port", "", secret=True)
    readings_mb: int = setting(
        "HANMARU_BUS_READINGS_MB",
        "How many MB of readings it keeps until the historian has them; set aside on its disk",
        2048,
    )

    host: str = setting("HANMARU_BUS_HOST", "Where the embedded one listens; 0.0.0.0 for other machines", "127.0.0.1")
    port: int = setting("HANMARU_BUS_PORT", "Its port; 0 takes any that is free, as for the next two", 0)
    mqtt_port: int = setting("HANMARU_BUS_MQTT_PORT", "Its port for MQTT devices, by custom 1883, with TLS 8883", 0)
    websocket_port: int = setting("HANMARU_BUS_WEBSOCKET_PORT", "Its port for websockets", 0)
    tls_certificate: str = setting("HANMARU_BUS_TLS_CERTIFICATE", "Its certificate, PEM; turns TLS on", "")
    tls_key: str = setting("HANMARU_BUS_TLS_KEY", "The key of the certificate, PEM", "")
    tls_authority: str = setting(
        "HANMARU_BUS_TLS_AUTHORITY", "Certificate that clients check it with; empty for a public one", ""
    )

    def __post_init__(self) -> None:
        for name in ("port", "mqtt_port", "websocket_port"):
            _require(self, name, "from 0 to 65535", 0 <= getattr(self, name) <= 65535)
        for name in ("tls_certificate", "tls_key", "tls_authority"):
            file = getattr(self, name)
            _require(self, name, "empty or a file that is there", not file or Path(file).is_file())
        _require(
            self, "tls_key", "given together with tls_certificate", bool(self.tls_key) == bool(self.tls_certificate)
        )
        _require(self, "readings_mb", "from 64 to 1000000", 64 <= self.readings_mb <= 1_000_000)
        known = not self.url or self.url.startswith(("nats://", "tls://"))
        _require(self, "url", "empty or begin with nats:// or tls://", known)


@dataclass(frozen=True)
class Historian:
    """The process that keeps the readings of the plant floor."""

    host: str = setting("HANMARU_HISTORIAN_HOST", "Address at which it answers by HTTP", "127.0.0.1")
    port: int = setting("HANMARU_HISTORIAN_PORT", "Port for that; the next free one is taken when it is not", 8030)
    token: str = setting(
        "HANMARU_HISTORIAN_TOKEN",
        "Token that requests by HTTP carry; made and kept in the data folder when empty",
        "",
        secret=True,
    )
    short_days: int = setting("HANMARU_HISTORIAN_SHORT_DAYS", "Days that readings of tags of class short are kept", 14)
    standard_days: int = setting("HANMARU_HISTORIAN_STANDARD_DAYS", "The same of class standard", 90)
    long_days: int = setting("HANMARU_HISTORIAN_LONG_DAYS", "The same of class long", 1100)
    minutes_days: int = setting(
        "HANMARU_HISTORIAN_MINUTES_DAYS", "Days that minutes are kept; hours are kept for ever", 1100
    )
    warn_free_mb: int = setting("HANMARU_HISTORIAN_WARN_FREE_MB", "It warns when less disk than this is free", 10_000)
    thin_free_mb: int = setting(
        "HANMARU_HISTORIAN_THIN_FREE_MB", "It removes the oldest readings when less than this is free", 4_000
    )
    stop_free_mb: int = setting(
        "HANMARU_HISTORIAN_STOP_FREE_MB", "It takes no more readings when less than this is free", 1_000
    )

    def __post_init__(self) -> None:
        _require(self, "port", "from 1 to 65535", 1 <= self.port <= 65535)
        _require(self, "token", "empty or at least 32 characters", not self.token or len(self.token) >= 32)
        for name in ("short_days", "standard_days", "long_days", "minutes_days"):
            _require(self, name, "from 2 to 36500", 2 <= getattr(self, name) <= 36_500)
        _require(self, "thin_free_mb", "less than warn_free_mb", self.thin_free_mb < self.warn_free_mb)
        _require(self, "stop_free_mb", "less than thin_free_mb", 0 <= self.stop_free_mb < self.thin_free_mb)


COMPUTE = re.compile(r"local|(dask|ray):\S+")


@dataclass(frozen=True)
class Compute:
    """Where heavy search runs."""

    cluster: str = setting(
        "HANMARU_COMPUTE",
        "Where heavy search runs: local, dask:tcp://host:8786 (a scheduler) or ray:host:6379 (as ray.init takes it)",
        "local",
    )
    processes: int = setting("HANMARU_COMPUTE_PROCESSES", "How many searches at a time here; 0 for one a core", 0)

    def __post_init__(self) -> None:
        _require(self, "cluster", "local, dask:ADDRESS or ray:ADDRESS", COMPUTE.fullmatch(self.cluster) is not None)
        _require(self, "processes", "from 0 to 1024", 0 <= self.processes <= 1024)


@dataclass(frozen=True)
class Gateway:
    """What speaks with the machines."""

    folders: tuple[str, ...] = setting(
        "HANMARU_GATEWAY_FOLDERS",
        "Folders whose files a connection may read, besides `machines` in the data folder; parted by commas",
        (),
    )

    def __post_init__(self) -> None:
        whole = all(one.startswith("/") and ":" not in one for one in self.folders)
        _require(self, "folders", "whole paths, from /, without a colon", whole)


@dataclass(frozen=True)
class Plant:
    """What central keeps of plants."""

    events_days: int = setting(
        "HANMARU_EVENTS_DAYS", "Days that events told by connections are kept; notes of people stay for ever", 400
    )

    def __post_init__(self) -> None:
        _require(self, "events_days", "from 2 to 36500", 2 <= self.events_days <= 36_500)


@dataclass(frozen=True)
class Settings:
    """All settings, by the sections of the file."""

    node: Node = field(default_factory=Node)
    web: Web = field(default_factory=Web)
    database: Database = field(default_factory=Database)
    bus: Bus = field(default_factory=Bus)
    historian: Historian = field(default_factory=Historian)
    gateway: Gateway = field(default_factory=Gateway)
    plant: Plant = field(default_factory=Plant)
    compute: Compute = field(default_factory=Compute)

    def environment(self) -> dict[str, str]:
        """Answer the variables by which a child process gets the same settings; empty ones are left out."""
        return {one.variable: one.text for one in self.told() if one.text}

    def told(self) -> Iterator["Told"]:
        """Answer every setting with its value, for people and for the documentation."""
        for section in fields(self):
            values = getattr(self, section.name)
            for one in fields(values):
                yield Told(
                    name=f"{section.name}.{one.name}",
                    variable=one.metadata["variable"],
                    description=one.metadata["description"],
                    secret=one.metadata["secret"],
                    text=_written(getattr(values, one.name)),
                    default=_written(one.default),
                )


@dataclass(frozen=True)
class Told:
    """One setting as people see it. `text` is the value as a variable would hold it."""

    name: str
    variable: str
    description: str
    secret: bool
    text: str = field(repr=False)
    default: str

    @property
    def shown(self) -> str:
        """The value, or that there is one when it is secret."""
        return "(hidden)" if self.secret and self.text else self.text


def load(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """Read the settings. `file`: None means hanmaru.toml here, if there is one.

    Raise BadSetting, UnknownSetting or UnreadableSettings, each of which says what to mend.
    """
    chosen = file or Path(environment.get("HANMARU_CONFIG", "hanmaru.toml"))
    required = file is not None or "HANMARU_CONFIG" in environment
    written = _read(chosen) if required or chosen.exists() else {}
    settings = Settings()
    sections = {section.name: getattr(settings, section.name) for section in fields(settings)}
    _refuse_unknown(written, sections, str(chosen))
    for name, section in sections.items():
        given: dict[str, Any] = {}
        for one in fields(section):
            key, variable = f"{name}.{one.name}", one.metadata["variable"]
            kind = get_type_hints(type(section))[one.name]
            if one.name in written.get(name, {}):
                given[one.name] = _parsed(kind, written[name][one.name], key, str(chosen))
            if environment.get(variable):
                given[one.name] = _parsed(kind, environment[variable], key, f"the variable {variable}")
        sections[name] = replace(section, **given)
    return Settings(**sections)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableSettings(source=path, why=error) from error


def _refuse_unknown(written: Mapping[str, Any], sections: Mapping[str, Any], source: str) -> None:
    known = [f"{name}.{one.name}" for name, section in sections.items() for one in fields(section)]
    for name, values in written.items():
        for key in values if isinstance(values, dict) else [""]:
            full = f"{name}.{key}".rstrip(".")
            if full not in known:
                near = difflib.get_close_matches(full, known, n=1, cutoff=0) or known
                raise UnknownSetting(name=full, source=source, near=near[0])


def _parsed(kind: Any, value: Any, name: str, source: str) -> Any:
    """Bring a value from the file (typed) or a variable (text) to the setting's type."""
    if kind is int and isinstance(value, str) and value.strip().isdigit():
        return int(value)
    if kind is bool and value in ("0", "1", "true", "false"):
        return value in ("1", "true")
    if kind is Path and isinstance(value, str):
        return Path(value)
    if kind == tuple[str, ...] and isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if kind == tuple[str, ...] and isinstance(value, list):
        return tuple(str(part) for part in value)
    if kind in (int, bool, str) and type(value) is kind:
        return value
    bound = {int: "a whole number", bool: "true or false", str: "text", Path: "a path"}.get(kind, "a list of texts")
    raise BadSetting(name=name, bound=bound, value=repr(value), source=source)


def _require(section: Any, name: str, bound: str, holds: bool) -> None:  # noqa: FBT001 - reads as a sentence
    if holds:
        return
    metadata = next(one.metadata for one in fields(section) if one.name == name)
    shown = "another" if metadata["secret"] else repr(getattr(section, name))
    where = f"hanmaru.toml or {metadata['variable']}"
    raise BadSetting(name=f"{type(section).__name__.lower()}.{name}", bound=bound, value=shown, source=where)


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)
