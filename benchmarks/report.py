"""What every benchmark tells: a table for people, JSON for programs, and the machine beside the figures."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Figure:
    """One measured figure beside the bar it should reach. ``higher`` says which way is better."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    higher: bool = False

    @property
    def reached(self) -> bool | None:
        """Whether the bar was reached; None without a bar."""
        if self.bar is None:
            return None
        return self.value >= self.bar if self.higher else self.value <= self.bar


def machine() -> dict[str, object]:
    """What it ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ""
    )
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30, 1),
        "processor": model,
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def percentile(values: list[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of the values lie, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def middle(values: list[float]) -> float:
    """The median."""
    return median(values)


def report(name: str, figures: list[Figure], ran_on: dict[str, object] | None = None, **circumstances: object) -> Path:
    """Print the figures and write ``benchmarks/results/<name>.json``; the file's path.

    ``ran_on``: the machine, where it is not this one.
    """
    where = ran_on or machine()
    table = Table(title=f"{name} ({where['cores']} cores, Python {where['python']}, load {where['load_before']})")
    for heading in ("figure", "measured", "bar", "reached"):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    for figure in figures:
        sign = "≥" if figure.higher else "≤"
        bar = f"{sign} {figure.bar:g} {figure.unit}" if figure.bar is not None else ""
        reached = {None: "", True: "yes", False: "NO"}[figure.reached]
        table.add_row(figure.name, f"{figure.value:,.2f} {figure.unit}", bar, reached)
    Console(width=120).print(table)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    body = {
        "name": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": where,
        "circumstances": circumstances,
        "figures": [{**asdict(figure), "reached": figure.reached} for figure in figures],
    }
    path.write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
