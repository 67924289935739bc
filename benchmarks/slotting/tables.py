"""One table for each figure: a line for every instance, ours and how far the others are above it; and the bars."""

from collections.abc import Callable, Sequence
from math import inf
from statistics import mean
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.report import Figure, middle
from benchmarks.slotting.source import measured
from benchmarks.slotting.tasks import OURS, PEER, Result

TITLES: Final = {
    "table7": "Strips as Table 7 of the source: 10 supply points, full",
    "plant": "Strips of 59 materials: few points a material, and the source's plant; full and 90 %",
    "plant100": "The same with 100 materials",
    "strip500": "Strips of 500 materials",
    "strip5000": "A strip of 5,000 materials",
    "table8": "Stores as Table 8 of the source",
    "table8large": "The same with 200 and 300 materials",
    "store": "The surface-mount store: 804 materials, 55 models, 30 racks, 4,320 bins",
    "store600": "The same, five times as long",
    "store40000": "A store of 5,000 materials and 40,000 bins",
    "orders": "A store of a merchant's order lines: SKUs are materials, baskets are kits",
}
WIDE: Final = 400
"""More than any table needs: a line of one is never broken."""
Instance = dict[str, Result]
"""The results of one instance by method; ours is there."""


def instances(results: Sequence[Result], part: str) -> list[Instance]:
    """What there is of a part, in the order of sizes and seeds; instances without ours are left out."""
    found: dict[tuple[str, int, float], Instance] = {}
    for one in results:
        if one.task.part == part:
            found.setdefault(one.task.instance, {})[one.task.method] = one
    ours = [by_method for by_method in found.values() if OURS in by_method]
    return sorted(
        ours, key=lambda one: (one[OURS].materials, one[OURS].task.like, one[OURS].task.fill or 1, _seed(one))
    )


def show(part: str, found: Sequence[Instance]) -> None:
    """Print the table of a part."""
    others = sorted({method for one in found for method in one} - {OURS})
    stores, walks = found[0][OURS].bins > 0, any(one[OURS].walked is not None for one in found)
    paper = any(measured(one[OURS].task.like) for one in found)
    table = Table(title=TITLES[part])
    heads = ["instance", "seed", *["bins"] * stores, "objective", "gap", "proven", "s", "cpu s", "GiB"]
    heads += [*["walk m"] * walks, *others, *["the source on its own"] * paper, "checker"]
    for head in heads:
        table.add_column(head, justify="left" if head == "instance" else "right")
    for one in found:
        ours = one[OURS]
        cells = [f"{ours.task.like} {ours.task.fill:.0%}" if ours.task.fill else ours.task.like, str(ours.task.seed)]
        cells += [f"{ours.bins:,}"] * stores + _own(ours) + [_walk(ours)] * walks
        cells += [_beside(ours, one.get(other)) for other in others] + [measured(ours.task.like)] * paper
        table.add_row(*cells, "; ".join(line for two in one.values() for line in two.violations) or "passes")
    Console(width=WIDE).print(table)


def _own(ours: Result) -> list[str]:
    if ours.objective is None:
        return [ours.why, *[""] * 5]
    proven = "yes" if ours.optimal else "no"
    figures = [f"{ours.seconds:.2f}", f"{ours.processor:.2f}", f"{ours.memory:.2f}"]
    gap = f"{ours.gap:.4f} %" if ours.bound else "no bound"
    return [f"{ours.objective:,.0f}", gap, proven, *figures]


def _walk(one: Result) -> str:
    return f"{one.walked:,.0f}" if one.walked is not None else ""


def _beside(ours: Result, other: Result | None) -> str:
    """How far another's plan is above ours, the gap it leaves if it has a bound, how often it ran, seconds, walk."""
    if other is None or other.objective is None:
        return other.why if other else ""
    words = [f"{100 * (other.objective / ours.objective - 1):+.3f} %"] if ours.objective else []
    if other.task.method.startswith("milp"):
        words.append(f"gap {other.gap:.1f} %" if other.bound else "no bound")
    words += [f"best of {other.tries}"] * (other.tries > 0) + [f"{other.seconds:.1f} s"]
    return ", ".join(words + [f"walk {_walk(other)}"] * (other.walked is not None))


def _seed(one: Instance) -> int:
    return one[OURS].task.seed


def _ours(found: Sequence[Instance]) -> list[Result]:
    return [one[OURS] for one in found]


def _objective(one: Result) -> float:
    return inf if one.objective is None else one.objective


def _below(found: Sequence[Instance], other: str) -> list[float]:
    """By how many % ours lies below another's plan; 100 where that has none, left out where it was not run."""
    return [
        100 * (1 - _objective(one[OURS]) / _objective(one[other])) if _objective(one[other]) > 0 else 0.0
        for one in found
        if other in one and one[OURS].objective is not None
    ]


def _proven(name: str, found: Sequence[Instance], bar: float) -> Figure:
    share = 100 * mean(one.optimal for one in _ours(found))
    return Figure(f"{name}: proven optimal, of {len(found)}", share, "%", bar, higher=True)


def _slowest(name: str, found: Sequence[Instance], bar: float) -> Figure:
    return Figure(f"{name}: slowest", max(one.seconds for one in _ours(found)), "s", bar)


def _gap(name: str, found: Sequence[Instance], bar: float | None) -> Figure:
    return Figure(f"{name}: largest gap, of {len(found)}", max(one.gap for one in _ours(found)), "%", bar)


def _saves(name: str, found: Sequence[Instance], other: str, bar: float) -> list[Figure]:
    """How far below another's plans ours are on average, where that was run."""
    below = _below(found, other)
    return [Figure(f"{name}: below {other}, mean of {len(below)}", mean(below), "%", bar, higher=True)] if below else []


def _table7(found: Sequence[Instance]) -> list[Figure]:
    seconds = Figure("Table 7: median", middle([one.seconds for one in _ours(found)]), "s", 3)
    return [_proven("Table 7", found, 100), _slowest("Table 7", found, 12), seconds]


def _plant(found: Sequence[Instance]) -> list[Figure]:
    loose = [one for one in found if one[OURS].task.fill]
    saved = [*_saves("59 materials, 90 %", loose, "ga", 5), *_saves("59 materials, 90 %", loose, "ga-timed", 0.2)]
    return [_proven("59 materials", found, 100), _slowest("59 materials", found, 20), *saved]


def _plant100(found: Sequence[Instance]) -> list[Figure]:
    return [_proven("100 materials", found, 91.6), _gap("100 materials", found, 0.05)]


def _strip500(found: Sequence[Instance]) -> list[Figure]:
    full = [one for one in found if not one[OURS].task.fill]
    loose = [one for one in found if one[OURS].task.fill]
    parts = (("500 materials, full", full, 0.015), ("500 materials, 90 %", loose, 0.08))
    return [_gap(name, part, bar) for name, part, bar in parts if part]


def _strip5000(found: Sequence[Instance]) -> list[Figure]:
    return [
        _slowest("strip of 5,000", found, 600),
        _memory("strip of 5,000", found),
        _gap("strip of 5,000", found, None),
    ]


def _table8(found: Sequence[Instance]) -> list[Figure]:
    above = sum(saved < 0 for saved in _below(found, "ga"))
    return [_proven("Table 8", found, 90), Figure("Table 8: plans above the genetic algorithm's", above, "plans", 0)]


def _table8large(found: Sequence[Instance]) -> list[Figure]:
    figures = []
    for number, gap, below in ((200, 6, 25), (300, 8, 33)):
        part = [one for one in found if one[OURS].materials == number]
        name = f"{number} materials"
        figures += [_gap(name, part, gap), *_saves(name, part, "ga", below)] if part else []
    return figures


def _store(found: Sequence[Instance]) -> list[Figure]:
    figures = []
    for one in found:
        name = f"store, seed {_seed(one)}"
        shares = [1 - below / 100 for below in _below([one], "ga")]
        figures += [Figure(f"{name}: of the genetic algorithm's", share, "x", 0.5) for share in shares]
        figures += _saves(name, [one], PEER, 5)
    return figures


def _store600(found: Sequence[Instance]) -> list[Figure]:
    return [_gap(f"store, seed {_seed(one)}, {one[OURS].task.limit:.0f} s", [one], 10) for one in found]


def _memory(name: str, found: Sequence[Instance]) -> Figure:
    return Figure(f"{name}: memory", max(one.memory for one in _ours(found)), "GiB", 4)


def _store40000(found: Sequence[Instance]) -> list[Figure]:
    name = "5,000 materials, 40,000 bins"
    room = Figure(f"{name}: bins", min(one.bins for one in _ours(found)), "", 40_000, higher=True)
    gap = _gap(name, found, None)
    return [room, _slowest(name, found, 600), _memory(name, found), gap, *_saves(name, found, PEER, 0)]


def _orders(found: Sequence[Instance]) -> list[Figure]:
    figures = []
    for one in found:
        name = f"{one[OURS].task.like}, {one[OURS].materials:,} SKUs"
        figures += [_gap(name, [one], None), _memory(name, [one]), *_saves(name, [one], "ga", 0)]
        figures += _saves(name, [one], PEER, 0)
    return figures


FIGURES: Final[dict[str, Callable[[Sequence[Instance]], list[Figure]]]] = {
    "table7": _table7,
    "plant": _plant,
    "plant100": _plant100,
    "strip500": _strip500,
    "strip5000": _strip5000,
    "table8": _table8,
    "table8large": _table8large,
    "store": _store,
    "store600": _store600,
    "store40000": _store40000,
    "orders": _orders,
}


def all_tables(results: Sequence[Result]) -> list[Figure]:
    """Print every table of which there is something; answer the figures with their bars."""
    figures: list[Figure] = []
    for part, told in FIGURES.items():
        if found := instances(results, part):
            show(part, found)
            figures += told(found)
    refused, broken = sum(bool(one.violations) for one in results), sum(one.broken for one in results)
    figures.append(Figure(f"plans that the checker refuses, of {len(results)}", refused, "", 0))
    return [*figures, Figure("runs that ended without an answer", broken, "", 0)]
