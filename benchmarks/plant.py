"""The plant's pages in a whole running system: curves over a year, and how old a value is when it stands in a page.

    python -m benchmarks.plant [--scale 1] [--seconds 60]

A year of ten tags is brought in through the stream, as drivers do (a reading every ten seconds at scale 1). Then the
curves are asked for over HTTP by somebody logged in, for five spans, and an open page listens while 4,051 tags tell a
value a second each (at scale 1): the age is from the reading's time to its arrival at the page.
"""

import argparse
import asyncio
import http.client
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.report import Figure, percentile, report
from benchmarks.system import processor_seconds
from hanmaru.bus.connect import connect_streams
from hanmaru.floor import subjects
from hanmaru.floor.reading import SCHEMA, encode
from hanmaru.launch.house import House
from tests.running import Running

SITE = "seongsu"
CURVES = 10
TAGS = 4_051
DAY = 86_400
SPANS = {"hour": 3600, "day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY}
BATCH = 20_000
ASKED = 21
QUIET = 12  # seconds; the intake looks for new sites every ten


@contextmanager
def running() -> Iterator[Running]:
    """`hanmaru up` on a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="hanmaru-bench-") as folder:
        Path(folder).chmod(0o755)
        system = Running(Path(folder) / "data", "--port", "18900", processes=2).ready()
        os.environ.update(House(system.folder).announced() or {})
        try:
            yield system
        finally:
            system.stop()


def sign_up() -> str:
    """A company with a plant of 4,051 tags; the session of its owner."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from hanmaru.central.companies.services import sign_up as make
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.plant.services import add_site

    owner = make(company_name="plant", person_name="Bench", email="plant@example.com", password="a-bench-password-1")
    with acting(company_id=owner.company_id, user_id=owner.user_id, source="benchmark"):
        add_site(SITE, "Plant")
    session = SessionStore()
    session[SESSION_KEY] = str(owner.user_id)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = owner.user.get_session_auth_hash()
    session["company"] = owner.company_id
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def batch(tags: Any, times: Any, numbers: Any, received: int) -> bytes:
    """Readings as a driver sends them; times in microseconds."""
    stamp = pa.timestamp("us", tz="UTC")
    rows = len(tags)
    columns = [
        pa.array(tags, pa.uint32()),
        pa.array(times, pa.int64()).cast(stamp),
        pa.array(np.full(rows, received), pa.int64()).cast(stamp),
        pa.array(numbers, pa.float64()),
        pa.nulls(rows, pa.string()),
        pa.array(np.zeros(rows), pa.uint32()),
    ]
    return encode(pa.record_batch(columns, schema=SCHEMA))


async def make_tags(url: str, count: int) -> None:
    """Tell the site's registry of its tags."""
    streams = connect_streams(url)
    try:
        bucket = await streams.bucket(f"plant-{SITE}", history=5)
        for first in range(1, count + 1, 64):
            numbers = range(first, min(count + 1, first + 64))
            await asyncio.gather(*(bucket.put(f"tags.{number}", _tag(number)) for number in numbers))
    finally:
        await streams.close()


def _tag(number: int) -> bytes:
    asset = f"{SITE}/area-{number % 5}/line-1/machine-{number // 16}"
    told = {
        "id": number,
        "asset": asset,
        "name": f"value-{number}",
        "type": "number",
        "source": "bench",
        "address": "x",
        "retention": "long",  # a year of readings, not of minutes alone
    }
    return json.dumps(told).encode()


async def bring_in_a_year(url: str, every: float, end: float) -> int:
    """A year of the first tags through the stream; returns the rows once the historian has them on its disk."""
    streams = connect_streams(url)
    per_tag = int(365 * DAY / every)
    rows = 0
    try:
        for first in range(0, per_tag, BATCH):
            count = min(BATCH, per_tag - first)
            times = ((end - 365 * DAY + (first + np.arange(count)) * every) * 1e6).astype(np.int64)
            for tag in range(1, CURVES + 1):
                numbers = 20 + 5 * np.sin(times / 1e6 / 5000) + np.cos(times / 1e6 / 31.0 + tag)
                data = batch(np.full(count, tag), times, numbers, int(end * 1e6))
                await streams.append(subjects.readings(SITE, "bench"), data, message_id=f"year:{tag}:{first}")
                rows += count
        while (await _state(streams))["taken"] < rows:  # noqa: ASYNC110 - another process, which is asked
            await asyncio.sleep(0.2)
    finally:
        await streams.close()
    return rows


async def settled(url: str) -> None:
    """Wait until the historian has put its files in order: a year does not come in two minutes elsewhere."""
    streams = connect_streams(url)
    files: list[dict[str, int]] = []
    while len(files) < QUIET or files[-1] != files[-QUIET]:
        files.append((await _state(streams))["files"])
        await asyncio.sleep(1)
    await streams.close()


async def _state(streams: Any) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(await streams.request(subjects.ask(SITE, "historian"), b'{"ask": "state"}', 30))
    if answer["set_aside"]:
        raise SystemExit(f"{answer['set_aside']} batches were set aside")
    return answer


def curves(port: int, cookie: str, end: float) -> dict[str, list[float]]:
    """Milliseconds of every answer, by span; the points are those of a wide screen."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    tags = ",".join(str(tag) for tag in range(1, CURVES + 1))
    taken: dict[str, list[float]] = {}
    for name, seconds in SPANS.items():
        path = f"/plant/{SITE}/trend/data/?tags={tags}&points=1400&from={end - seconds}&to={end}"
        for _turn in range(ASKED):
            begun = time.perf_counter()
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != http.HTTPStatus.OK:
                raise SystemExit(f"The curves of one {name}: {answer.status} {body[-3000:]!r}")
            series = json.loads(body)["series"]
            taken.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
            if len(series) != CURVES or not all(one["x"] for one in series):
                raise SystemExit(f"The curves of one {name} are not all there")
    return {name: values[1:] for name, values in taken.items()}


class Page(threading.Thread):
    """An open page: notes how old every value was when it came."""

    def __init__(self, port: int, cookie: str, tags: int) -> None:
        super().__init__(daemon=True)
        self.ages: list[float] = []
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        asked = ",".join(str(tag) for tag in range(1, tags + 1))
        self._connection.request("GET", f"/plant/live?site={SITE}&tags={asked}", headers={"Cookie": cookie})
        self._answer = self._connection.getresponse()
        if self._answer.status != http.HTTPStatus.OK:
            raise SystemExit(f"The page's stream answers {self._answer.status}")

    def run(self) -> None:
        """Read until the other side ends."""
        while line := self._answer.readline():
            if line.startswith(b"data: "):
                now = time.time() * 1000
                self.ages += [now - value[0] for value in json.loads(line[6:])["values"].values()]


async def tell_values(url: str, tags: int, seconds: int) -> None:
    """A value of every tag, every second, at a moment of its own kind for each of eight sources."""
    streams = connect_streams(url)
    groups = np.array_split(np.arange(1, tags + 1), 8)

    async def source(number: int, group: Any) -> None:
        await asyncio.sleep(number / len(groups))
        for turn in range(seconds):
            begun = time.monotonic()
            now = int(time.time() * 1e6)
            data = batch(group, np.full(len(group), now), group + turn / 7, now)
            await streams.append(subjects.readings(SITE, f"live-{number}"), data, message_id=f"live:{number}:{now}")
            await asyncio.sleep(max(0.0, 1 - (time.monotonic() - begun)))

    try:
        await asyncio.gather(*(source(number, group) for number, group in enumerate(groups)))
    finally:
        await streams.close()


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args()
    every, tags = 10 / asked.scale, max(CURVES, round(TAGS * asked.scale))
    end = (datetime.now(UTC) - timedelta(minutes=1)).timestamp()
    with running() as system:
        url, port = os.environ["HANMARU_BUS_URL"], int(os.environ["HANMARU_WEB_PORT"])
        cookie = sign_up()
        asyncio.run(make_tags(url, tags))
        begun = time.monotonic()
        rows = asyncio.run(bring_in_a_year(url, every, end))
        brought = rows / (time.monotonic() - begun)
        asyncio.run(settled(url))
        answered = curves(port, cookie, end)
        page = Page(port, cookie, min(tags, 2000))
        page.start()
        workers = {name: system.child(name) for name in ("hanmaru.launch.historian", "nats-server")}
        before = {name: processor_seconds(pid) for name, pid in workers.items()}
        began = time.monotonic()
        asyncio.run(tell_values(url, tags, asked.seconds))
        took = time.monotonic() - began
        used = {name: (processor_seconds(pid) - before[name]) / took * 100 for name, pid in workers.items()}
    ages = page.ages
    figures = [
        *(
            Figure(
                f"curves of {CURVES} tags, one {name}, p50",
                percentile(values, 0.5),
                "ms",
                300 if name == "year" else None,
            )
            for name, values in answered.items()
        ),
        Figure("curves, one year, p95", percentile(answered["year"], 0.95), "ms", 300),
        Figure(f"age of a value in a page, {tags:,} tags at 1 Hz, p50", percentile(ages, 0.5), "ms"),
        Figure("age of a value in a page, p99", percentile(ages, 0.99), "ms", 1000),
        Figure("historian and bus meanwhile, of one core", sum(used.values()), "%", 15),
        Figure("a year brought in through the stream", brought, "rows/s", higher=True),
    ]
    report("plant", figures, scale=asked.scale, rows=rows, values_seen=len(ages), used=used)


if __name__ == "__main__":
    main()
