"""One day of history, its queries, and the same readings in other stores.

    python -m benchmarks.history [--scale 1] [--peers 0.025] [--rounds 15] [--folder DIR]

Scale 1 is a day of 4,051 tags at 1 Hz: 350 million readings; a smaller scale is a shorter day. It is written by the
historian's own writer, as it lies once a day is over. Each round asks for all raw points of other tags, drawn anew, as
NumPy arrays, and right after it reads a Parquet file that holds only that answer; medians are told. The others get the
share `--peers` of a day, at which ours is measured again beside them, each round of all stores with the same tags.
`--folder` keeps the day for the next run.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.historian.day import SECONDS, TAGS, Day
from benchmarks.historian.peers import Peer, peers
from benchmarks.historian.year import build_year
from benchmarks.report import Figure, middle, report
from hanmaru.edge.historian.answers import trend
from hanmaru.edge.historian.classes import Classes
from hanmaru.edge.historian.compaction import DAILY
from hanmaru.edge.historian.manifest import day_of
from hanmaru.edge.historian.placing import FileMaker
from hanmaru.edge.historian.store import Store
from hanmaru.floor.history import Trend

COLUMNS = ("source_time", "number", "quality")
Tags = NDArray[np.uint32]


def build(folder: Path, day: Day, tags: int) -> Store:
    """Answer a store that holds the day, made if it is not there yet."""
    store = Store(folder, Classes())
    if not store.folder.manifest.files:
        maker = FileMaker(store.folder, "standard", day_of(day.begin), DAILY, day.begin)
        with store.folder.drafting():
            for table in day.tables(tags):
                maker.add(table)
            maker.close()
        store.replace(maker.files, [])
    return store


def ours(store: Store, tags: Tags, day: Day) -> Any:
    """Fetch all points of tags as arrays; answer them as a table too."""
    table = store.read(tags, day.begin, day.begin + (day.seconds + 1) * 1_000_000, ["number", "quality"])
    _arrays(table)
    return table


def only_the_answer(path: Path) -> Any:
    """Read a Parquet file that holds nothing else."""
    table = pq.read_table(path)
    _arrays(table)
    return table


def by_duckdb(folder: Path, tags: Tags) -> int:
    """Fetch the same by DuckDB from the plain folder."""
    asked = (
        "SELECT tag, source_time, number, quality FROM read_parquet(?, hive_partitioning = true) "  # noqa: S608 - numbers
        f"WHERE tag IN {tuple(tags.tolist())} ORDER BY tag, source_time"
    )
    listed = f"{folder}/readings/**/*.parquet"
    return len(duckdb.execute(asked, [listed]).fetchnumpy()["tag"])


def _arrays(table: Any) -> list[Any]:
    return [np.asarray(table[name]) for name in table.schema.names]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Answer the seconds that it took, and what it answered."""
    began = time.perf_counter()
    answer = work()
    return time.perf_counter() - began, answer


def rounds(store: Store, day: Day, tags: int, count: int, many: int, scratch: Path) -> dict[str, float]:
    """Ask for `count` tags `many` times; medians of ours, of the file that holds only the answer, and the rest."""
    random = np.random.default_rng(count)
    took: list[float] = []
    alone: list[float] = []
    for _ in range(many):
        wanted = np.sort(random.choice(np.arange(1, tags + 1), count, replace=False)).astype(np.uint32)
        seconds, table = timed(lambda: ours(store, wanted, day))  # noqa: B023 - called at once
        if table.num_rows != count * day.seconds:
            raise RuntimeError(f"{table.num_rows} rows, expected {count * day.seconds}")
        took.append(seconds)
        pq.write_table(table, scratch / "answer.parquet", compression="zstd", compression_level=1)
        alone.append(min(timed(lambda: only_the_answer(scratch / "answer.parquet"))[0] for _ in range(2)))
    ratio = middle([mine / other for mine, other in zip(took, alone, strict=True)])
    return {"median": middle(took), "best": min(took), "worst": max(took), "alone": middle(alone), "ratio": ratio}


def whole_day(folder: Path, scratch: Path, scale: float, many: int) -> list[Figure]:
    """Measure the whole day."""
    day = Day(seconds=max(600, round(SECONDS * scale)))
    build(folder, day, TAGS).close()
    store = Store(folder, Classes())
    first = np.asarray([5, 2_000, 4_000], np.uint32)
    cold, _ = timed(lambda: ours(store, first, day))
    for file in store.folder.manifest.of("readings"):
        store.warm(file)
    figures = [Figure("3 tags of a day, first after a start", cold * 1000, "ms")]
    for count, bar in ((3, 70.0), (23, 300.0)):
        found = rounds(store, day, TAGS, count, many, scratch)
        figures += [
            Figure(f"{count} tags of a day, median", found["median"] * 1000, "ms", bar if scale == 1 else None),
            Figure(f"{count} tags of a day, best", found["best"] * 1000, "ms"),
            Figure(f"{count} tags of a day, worst", found["worst"] * 1000, "ms"),
            Figure(f"{count} tags, a file of only the answer", found["alone"] * 1000, "ms"),
            Figure(
                f"{count} tags, times as long as that file",
                found["ratio"],
                "x",
                4.0 if count == 23 and scale == 1 else None,
            ),
        ]
    readings = store.folder.manifest.of("readings")
    rows = sum(file.rows for file in readings)
    figures.append(Figure("readings in the day", rows / 1e6, "million"))
    figures.append(Figure("bytes per reading", sum(file.size for file in readings) / rows, "B"))
    minutes = sum(file.size for file in store.folder.manifest.of("minutes")) / rows
    figures.append(Figure("bytes per reading for minutes", minutes, "B"))
    wanted = np.arange(100, 2_400, 100, dtype=np.uint32)
    by_duckdb(folder, wanted)
    seconds = middle([timed(lambda: by_duckdb(folder, wanted))[0] for _ in range(3)])
    figures.append(Figure("23 tags of a day, DuckDB on the same folder", seconds * 1000, "ms"))
    store.close()
    return figures


def beside_peers(scratch: Path, share: float, many: int) -> list[Figure]:
    """Measure ours and the others on the same readings, with the same tags in turn."""
    day = Day(seconds=max(60, round(SECONDS * share)))
    store = build(scratch / "small", day, TAGS)
    figures = []
    with peers() as others:
        for other in others:
            seconds, _ = timed(lambda: other.load(day, TAGS))  # noqa: B023 - called at once
            print(f"{other.name}: {TAGS * day.seconds:,} readings loaded in {seconds:.0f} s")
        for count in (3, 23):
            figures += _compared(store, others, day, count, many)
        rows = TAGS * day.seconds
        held = sum(file.size for file in store.folder.manifest.of("readings"))
        figures.append(Figure("ours, bytes per reading at that size", held / rows, "B"))
        figures += [Figure(f"{other.name}, bytes per reading", other.size() / rows, "B") for other in others]
    store.close()
    return figures


def _compared(store: Store, others: Sequence[Peer], day: Day, count: int, many: int) -> list[Figure]:
    random = np.random.default_rng(count)
    took: dict[str, list[float]] = {"ours": [], **{other.name: [] for other in others}}
    for _ in range(many + 1):
        wanted = np.sort(random.choice(np.arange(1, TAGS + 1), count, replace=False)).astype(np.uint32)
        took["ours"].append(timed(lambda: ours(store, wanted, day))[0])  # noqa: B023 - called at once
        for other in others:
            seconds, points = timed(lambda: other.points(wanted.tolist(), day))  # noqa: B023 - as above
            if points != count * day.seconds:
                raise RuntimeError(f"{other.name}: {points} points, expected {count * day.seconds}")
            took[other.name].append(seconds)
    medians = {name: middle(values[1:]) * 1000 for name, values in took.items()}
    best = min((value for name, value in medians.items() if name != "ours"), default=medians["ours"])
    asked = f"{count} tags of {day.seconds} s"
    figures = [Figure(f"{name}: {asked}, median", value, "ms") for name, value in medians.items()]
    return [*figures, Figure(f"{count} tags: ours, times the best other", medians["ours"] / best, "x", 1.2)]


def year(scratch: Path, scale: float, many: int) -> list[Figure]:
    """Measure the trend of ten tags over a year."""
    tags = max(100, round(TAGS * scale))
    store, begin, end = build_year(scratch / "year", tags)
    random = np.random.default_rng(10)
    took = []
    for _ in range(many):
        wanted = tuple(int(tag) for tag in random.choice(np.arange(1, tags + 1), 10, replace=False))
        seconds, table = timed(lambda: trend(store, Trend(wanted, begin, end, 1_000)))  # noqa: B023 - called at once
        if table.num_rows < 9_900:
            raise RuntimeError(f"{table.num_rows} points, expected about 10,000")
        took.append(seconds)
    store.close()
    return [
        Figure("trend of a year, 10 tags, 1,000 points each, first", took[0] * 1000, "ms"),
        Figure("trend of a year, 10 tags, 1,000 points each, median", middle(took) * 1000, "ms", 300.0),
    ]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--peers", type=float, default=None, help="share of a day for the other stores")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", type=Path, default=None)
    given = parser.parse_args()
    share = min(0.025, given.scale / 40) if given.peers is None else given.peers
    scratch = Path(tempfile.mkdtemp(prefix="hanmaru-bench-"))
    try:
        figures = whole_day(given.folder or scratch / "day", scratch, given.scale, given.rounds)
        figures += year(scratch, given.scale, given.rounds)
        figures += beside_peers(scratch, share, given.rounds)
        report("history", figures, scale=given.scale, peers=share, rounds=given.rounds, tags=TAGS)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
