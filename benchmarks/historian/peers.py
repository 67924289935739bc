"""Other stores with the same readings: PostgreSQL (our embedded one), InfluxDB and VictoriaMetrics where installed.

Each is asked for all raw points of some tags, by the fastest way of its own that we know, into NumPy arrays.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import numpy as np
import psycopg
from psycopg.sql import SQL

from benchmarks.historian.day import Day
from hanmaru.launch import child
from hanmaru.launch.ports import free_port
from hanmaru.launch.postgres import EmbeddedPostgres
from hanmaru.launch.secrets import Secrets

TAGS_AT_ONCE: Final = 100
LINES_AT_ONCE: Final = 100_000  # InfluxDB refuses writes that its cache cannot hold
SINCE_2000: Final = 946_684_800_000_000  # microseconds; PostgreSQL counts from 2000 in binary COPY

# A row of COPY ... (FORMAT binary): number of fields, then length and value of each.
ROW: Final = np.dtype(
    [("fields", ">i2")]
    + [
        (name, kind)
        for field, kind, size in (("tag", ">i4", 4), ("time", ">i8", 8), ("number", ">f8", 8), ("quality", ">i4", 4))
        for name, kind in ((f"{field}_length", ">i4"), (field, kind))
    ]
)
LENGTHS: Final = {"tag": 4, "time": 8, "number": 8, "quality": 4}
SIGNATURE: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)


class Peer(Protocol):
    """A store to compare with."""

    name: str

    def load(self, day: Day, tags: int) -> None:
        """Take all readings and bring them into the form in which they are queried best."""

    def points(self, tags: Sequence[int], day: Day) -> int:
        """Fetch all points of tags as arrays; answer how many they are."""

    def size(self) -> int:
        """Answer the bytes on the disk."""


class Postgres:
    """One table, B-tree on (tag, time), filled in the order in which readings arrive."""

    name = "PostgreSQL"

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def load(self, day: Day, tags: int) -> None:
        self._connection.execute(
            "CREATE TABLE readings (tag int NOT NULL, time timestamptz NOT NULL, number float8, quality int NOT NULL)"
        )
        made = [day.columns(tag) for tag in range(1, tags + 1)]
        source, number = np.stack([one[0] for one in made], 1), np.stack([one[2] for one in made], 1)
        with self._connection.cursor() as cursor, cursor.copy("COPY readings FROM STDIN (FORMAT binary)") as copy:
            copy.write(SIGNATURE)
            for second in range(day.seconds):
                rows = np.zeros(tags, ROW)
                rows["fields"] = 4
                for name, length in LENGTHS.items():
                    rows[f"{name}_length"] = length
                rows["tag"] = np.arange(1, tags + 1)
                rows["time"], rows["number"] = source[second] - SINCE_2000, number[second]
                copy.write(rows.tobytes())
            copy.write(b"\xff\xff")
        self._connection.execute("CREATE INDEX ON readings (tag, time)")
        self._connection.execute("VACUUM ANALYZE readings")

    def points(self, tags: Sequence[int], day: Day) -> int:
        begin, end = (day.begin / 1e6, day.begin / 1e6 + day.seconds + 1)
        asked = SQL(
            "COPY (SELECT tag, time, number, quality FROM readings WHERE tag = ANY({}) AND time >= to_timestamp({}) "
            "AND time < to_timestamp({}) ORDER BY tag, time) TO STDOUT (FORMAT binary)"
        ).format(list(tags), begin, end)
        with self._connection.cursor() as cursor, cursor.copy(asked) as copy:
            data = b"".join(copy)
        rows = np.frombuffer(data, ROW, offset=len(SIGNATURE), count=(len(data) - len(SIGNATURE) - 2) // ROW.itemsize)
        arrays = [rows[name].astype(rows[name].dtype.newbyteorder("=")) for name in LENGTHS]
        return len(arrays[0])

    def size(self) -> int:
        found = self._connection.execute("SELECT pg_total_relation_size('readings')").fetchone()
        return int(found[0]) if found else 0


class Influx:
    """InfluxDB 1.x: one measurement, the tag as a tag, number and quality as fields."""

    name = "InfluxDB"

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder

    def load(self, day: Day, tags: int) -> None:
        _fetch(f"{self._url}/query", urlencode({"q": "CREATE DATABASE plant"}).encode())
        for first in range(1, tags + 1, TAGS_AT_ONCE):
            lines = []
            for tag in range(first, min(first + TAGS_AT_ONCE, tags + 1)):
                source, _, number = day.columns(tag)
                lines += [
                    f"r,id={tag} v={value!r},q=0i {when}"
                    for value, when in zip(number.tolist(), source.tolist(), strict=True)
                ]
            for piece in range(0, len(lines), LINES_AT_ONCE):
                written = "\n".join(lines[piece : piece + LINES_AT_ONCE]).encode()
                _fetch(f"{self._url}/write?db=plant&precision=u", written)

    def points(self, tags: Sequence[int], day: Day) -> int:
        begin, end = day.begin * 1_000, (day.begin + (day.seconds + 1) * 1_000_000) * 1_000
        where = " OR ".join(f"id='{tag}'" for tag in tags)
        asked = f"SELECT v, q FROM r WHERE ({where}) AND time >= {begin} AND time < {end} GROUP BY id"  # noqa: S608 - numbers of ours
        data = _fetch(f"{self._url}/query?db=plant&epoch=u&q={quote(asked)}")
        series = json.loads(data)["results"][0]["series"]
        return sum(len(np.asarray(one["values"], float)) for one in series)

    def size(self) -> int:
        return _size(self._folder)


class Victoria:
    """VictoriaMetrics, single node; times are milliseconds there."""

    name = "VictoriaMetrics"

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder

    def load(self, day: Day, tags: int) -> None:
        for first in range(1, tags + 1, TAGS_AT_ONCE):
            lines = []
            for tag in range(first, min(first + TAGS_AT_ONCE, tags + 1)):
                source, _, number = day.columns(tag)
                told = {"__name__": "r", "tag": str(tag)}
                lines.append(
                    json.dumps({"metric": told, "values": number.tolist(), "timestamps": (source // 1000).tolist()})
                )
            _fetch(f"{self._url}/api/v1/import", "\n".join(lines).encode())
        _fetch(f"{self._url}/internal/force_flush")
        _fetch(f"{self._url}/internal/force_merge")

    def points(self, tags: Sequence[int], day: Day) -> int:
        match = quote(f'r{{tag=~"{"|".join(map(str, tags))}"}}')
        span = f"start={day.begin // 1_000_000 - 1}&end={day.begin // 1_000_000 + day.seconds + 1}"
        found = 0
        for line in _fetch(f"{self._url}/api/v1/export?match[]={match}&{span}").splitlines():
            series = json.loads(line)
            found += len(np.asarray(series["values"])) + 0 * len(np.asarray(series["timestamps"]))
        return found

    def size(self) -> int:
        return _size(self._folder)


@contextmanager
def peers() -> Iterator[list[Peer]]:
    """Start what can be started here; what cannot is told."""
    folder = Path(tempfile.mkdtemp(prefix="hanmaru-bench-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "postgres", Secrets(folder / "secrets.json"), folder / "postgres.log")
    program = server.program()
    running = [child.start(program)]
    found: list[Peer] = [Postgres(server.url("postgres", "postgres"))]
    for start in (_influx, _victoria):
        process, peer = start(folder)
        if process and peer:
            running.append(process)
            found.append(peer)
    try:
        yield found
    finally:
        for process in running[1:]:
            process.terminate()
            process.wait(60)
        child.end(running[0], program)
        shutil.rmtree(folder, ignore_errors=True)


def _influx(folder: Path) -> tuple[Any, Peer | None]:
    home, port, other = folder / "influx", free_port(), free_port()
    given = {
        "INFLUXDB_META_DIR": f"{home}/meta",
        "INFLUXDB_DATA_DIR": f"{home}/data",
        "INFLUXDB_DATA_WAL_DIR": f"{home}/wal",
        "INFLUXDB_HTTP_BIND_ADDRESS": f"127.0.0.1:{port}",
        "INFLUXDB_BIND_ADDRESS": f"127.0.0.1:{other}",
        "INFLUXDB_REPORTING_DISABLED": "true",
        "INFLUXDB_HTTP_LOG_ENABLED": "false",
        "INFLUXDB_HTTP_MAX_BODY_SIZE": "0",
        "INFLUXDB_DATA_MAX_VALUES_PER_TAG": "0",
        "INFLUXDB_DATA_CACHE_MAX_MEMORY_SIZE": "4g",
        "INFLUXDB_COORDINATOR_WRITE_TIMEOUT": "600s",
    }
    process = _run("influxd", [], given, folder)
    return process, _ready(process, f"http://127.0.0.1:{port}", "/ping", lambda url: Influx(url, home))


def _victoria(folder: Path) -> tuple[Any, Peer | None]:
    home, port = folder / "victoria", free_port()
    options = [f"-storageDataPath={home}", f"-httpListenAddr=127.0.0.1:{port}", "-retentionPeriod=10y"]
    process = _run("victoria-metrics", options, {}, folder)
    return process, _ready(process, f"http://127.0.0.1:{port}", "/health", lambda url: Victoria(url, home))


def _run(program: str, options: list[str], given: dict[str, str], folder: Path) -> Any:
    path = shutil.which(program)
    if path is None:
        print(f"{program} is not on PATH: not compared")
        return None
    with (folder / f"{program}.log").open("wb") as log:
        return subprocess.Popen([path, *options], env={**os.environ, **given}, stdout=log, stderr=log)


def _ready(process: Any, url: str, path: str, make: Callable[[str], Peer]) -> Peer | None:
    deadline = time.monotonic() + 60
    while process and time.monotonic() < deadline:
        try:
            _fetch(url + path)
        except OSError:
            time.sleep(0.2)
        else:
            return make(url)
    return None


def _fetch(url: str, data: bytes | None = None) -> bytes:
    with urlopen(Request(url, data), timeout=600) as answer:  # noqa: S310 - a server that we started
        return bytes(answer.read())


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
