"""Bulk supply: every plan of the source's sizes proven optimal, beside solvers, both genetic algorithms and the paper.

    python -m benchmarks.slotting_bulk [--scale 1] [--part table7 --part sparse ...] [--seeds 1 2 3] [--no-baselines]

Instances are generated (`hanmaru.decide.slotting.generate`), named by shape and seed. `--scale` below 1 takes fewer
sizes, and shortens the limits of the baselines and of the large instances. Every plan is looked at by the checker.
Seconds are of the clock and of the processor: on a busy machine they differ.
"""

import argparse
import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.report import Figure, middle, report
from hanmaru.decide.slotting.bulk.solve import Method, solve_bulk
from hanmaru.decide.slotting.check.bulk import check_bulk
from hanmaru.decide.slotting.formats.bulk import plan_document, problem_of
from hanmaru.decide.slotting.generate import generate_bulk
from hanmaru.decide.slotting.watch import Watch

SIZES = (10, 12, 14, 16, 18, 20, 30, 50, 100, 200)
PAPER = {
    10: (0.0, 0.06, 0.0, 302),
    12: (0.0, 13, 0.0, 340),
    14: (0.0, 900, 0.082, 374),
    16: (4.94, 3600, 0.0, 416),
    18: (6.13, 3600, 0.0, 449),
    20: (7.00, 3600, -0.355, 500),
    30: (7.66, 3600, -0.685, 721),
    50: (7.84, 3600, -0.751, 1141),
    100: (7.29, 3600, -1.834, 2127),
}
"""The paper's own Table 7, of other instances: CPLEX's gap in % and seconds, its GA against CPLEX in % and seconds."""
BASELINES: tuple[Method, ...] = ("milp-highs", "milp-cpsat", "ga", "ga-timed")


@dataclass(frozen=True)
class Run:
    """One plan: its instance, the figures of the plan, seconds of clock and processor, complaints of the checker."""

    like: str
    seed: int
    fill: float
    method: str
    objective: float
    gap: float
    optimal: bool
    seconds: float
    processor: float
    faults: int


def run(like: str, seed: int, fill: float, method: Method, limit: float) -> Run:
    """Solve one instance and have the plan checked."""
    instance = generate_bulk(like, seed, fill if fill < 1 else None)
    problem = problem_of(instance)
    gc.collect()
    begun, busy = time.monotonic(), time.process_time()
    plan = solve_bulk(problem, Watch(time.monotonic, limit), seed, method)
    seconds, processor = time.monotonic() - begun, time.process_time() - busy
    faults = len(check_bulk(instance, plan_document(plan)).violations)
    gap = (plan.objective - plan.bound) / plan.objective if plan.objective else 0.0
    return Run(like, seed, fill, method, plan.objective, gap, plan.optimal, seconds, processor, faults)


Cases = Sequence[tuple[str, float]]


def runs(cases: Cases, seeds: Sequence[int], limit: float, methods: Sequence[Method], baseline: float) -> list[Run]:
    """Solve every case with every seed, ours and then the baselines."""
    found = []
    for like, fill in cases:
        for seed in seeds:
            found.append(run(like, seed, fill, "auto", limit))
            found += [run(like, seed, fill, method, baseline) for method in methods]
            print(f"  {like} {fill:.0%} seed {seed}: gap {found[-1 - len(methods)].gap:.5%}", flush=True)
    return found


def show(title: str, found: Sequence[Run]) -> None:
    """Print one line an instance: ours, and how far the others are above it."""
    table = Table(title=title)
    heads = ("instance", "seed", "objective", "gap", "proven", "s", "cpu s")
    others = sorted({one.method for one in found} - {"auto"})
    for head in (*heads, *others, "paper: CPLEX gap, s; GA, s"):
        table.add_column(head, justify="right")
    for ours in (one for one in found if one.method == "auto"):
        rest = {one.method: one for one in found if (one.like, one.seed, one.fill) == (ours.like, ours.seed, ours.fill)}
        cells = [_beside(ours, rest[other]) if other in rest else "" for other in others]
        table.add_row(
            f"{ours.like} {ours.fill:.0%}", str(ours.seed), f"{ours.objective:,.0f}", f"{ours.gap:.5%}",
            "yes" if ours.optimal else "no", f"{ours.seconds:.1f}", f"{ours.processor:.1f}", *cells, _paper(ours.like),
        )  # fmt: skip
    Console(width=170).print(table)


def _beside(ours: Run, other: Run) -> str:
    """How far another's plan is above ours, the gap it leaves if it has a bound, its seconds."""
    above = other.objective / ours.objective - 1 if ours.objective else 0.0
    gap = f", gap {other.gap:.1%}" if other.method.startswith("milp") else ""
    return f"+{above:.3%}{gap}, {other.seconds:.1f} s"


def _paper(like: str) -> str:
    shape, _, number = like.rpartition("-")
    if shape != "table7" or int(number) not in PAPER:
        return ""
    gap, seconds, genetic, genetic_seconds = PAPER[int(number)]
    return f"{gap:g} %, {seconds:g} s; {genetic:+g} %, {genetic_seconds} s"


def _ours(found: Sequence[Run]) -> list[Run]:
    return [one for one in found if one.method == "auto"]


def _above(found: Sequence[Run], method: str) -> float:
    """By how much ours lies below another method on average, in %."""
    best = {(one.like, one.seed, one.fill): one.objective for one in _ours(found)}
    shares = [1 - best[one.like, one.seed, one.fill] / one.objective for one in found if one.method == method]
    return 100 * sum(shares) / len(shares) if shares else 0.0


def table7(seeds: Sequence[int], scale: float, methods: Sequence[Method]) -> tuple[list[Run], list[Figure]]:
    """Full strips, ten supply points, trips to all of them."""
    sizes = [size for size in SIZES if size <= 200 * scale or size == 10]
    found = runs([(f"table7-{size}", 1.0) for size in sizes], seeds, 60, methods, 60 * scale)
    show("Table 7", found)
    ours = _ours(found)
    return found, [
        Figure("table 7: not proven", sum(not one.optimal for one in ours), "", 0),
        Figure("table 7: slowest", max(one.seconds for one in ours), "s", 12),
        Figure("table 7: median", middle([one.seconds for one in ours]), "s", 3),
    ]


def sparse(seeds: Sequence[int], scale: float, methods: Sequence[Method]) -> tuple[list[Run], list[Figure]]:
    """Few supply points a material, and the source's plant; full, and a tenth free."""
    cases = [(like, fill) for like in ("sparse-59", "case-59") for fill in (1.0, 0.9)]
    found = runs(cases, seeds, 60, methods, 60 * scale)
    show("59 materials", found)
    ours, loose = _ours(found), [one for one in found if one.fill < 1]
    figures = [
        Figure("59 materials: not proven", sum(not one.optimal for one in ours), "", 0),
        Figure("59 materials: slowest", max(one.seconds for one in ours), "s", 20),
    ]
    if methods:
        figures += [
            Figure("59 materials, 90 %: below the paper's GA", _above(loose, "ga"), "%", 5, higher=True),
            Figure("59 materials, 90 %: below the fair GA", _above(loose, "ga-timed"), "%", 0.2, higher=True),
        ]
    return found, figures


def hundred(seeds: Sequence[int], scale: float, _methods: Sequence[Method]) -> tuple[list[Run], list[Figure]]:
    """The same shapes with 100 materials."""
    cases = [(like, fill) for like in ("sparse-100", "case-100") for fill in (1.0, 0.9)]
    found = runs(cases, seeds, 60 * scale, (), 0)
    show("100 materials", found)
    return found, [
        Figure("100 materials: proven", sum(one.optimal for one in found), "of 12", 11, higher=True),
        Figure("100 materials: largest gap", 100 * max(one.gap for one in found), "%", 0.05),
    ]


def large(seeds: Sequence[int], scale: float, _methods: Sequence[Method]) -> tuple[list[Run], list[Figure]]:
    """500 materials."""
    found = runs([("table7-500", 1.0), ("table7-500", 0.9)], seeds, 60 * scale, (), 0)
    show("500 materials", found)
    full, loose = ([100 * one.gap for one in found if (one.fill < 1) is free] for free in (False, True))
    return found, [
        Figure("500 materials, full: gap", max(full), "%", 0.015),
        Figure("500 materials, 90 %: gap", max(loose), "%", 0.08),
    ]


def huge(seeds: Sequence[int], scale: float, _methods: Sequence[Method]) -> tuple[list[Run], list[Figure]]:
    """5,000 materials."""
    found = runs([("table7-5000", 0.9)], seeds[:1], 300 * scale, (), 0)
    show("5,000 materials", found)
    return found, [Figure("5,000 materials", max(one.seconds for one in found), "s", 600)]


PARTS: dict[str, Callable[..., tuple[list[Run], list[Figure]]]] = {
    "table7": table7,
    "sparse": sparse,
    "hundred": hundred,
    "large": large,
    "huge": huge,
}


def main() -> None:
    """Run the parts asked for; the first plan compiles, untimed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--part", action="append", choices=list(PARTS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--no-baselines", action="store_true")
    options = parser.parse_args()
    for method in ("auto", *BASELINES):
        run("sparse-8", 0, 0.9, method, 60)
    found: list[Run] = []
    figures: list[Figure] = []
    for part in options.part or list(PARTS):
        more, told = PARTS[part](options.seeds, options.scale, () if options.no_baselines else BASELINES)
        found, figures = found + more, figures + told
    figures.append(Figure("plans that the checker refuses", sum(one.faults > 0 for one in found), "", 0))
    lines: list[dict[str, Any]] = [vars(one) for one in found]
    report("slotting_bulk", figures, seeds=options.seeds, scale=options.scale, paper=PAPER, runs=lines)


if __name__ == "__main__":
    main()
