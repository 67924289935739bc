"""Kitting supply: plans and bounds beside the source's algorithm, its model in two solvers, and Mt-KaHyPar.

    .venv/bin/python -m benchmarks.slotting_kitting [--scale 0.1] [--only table8|large|store|huge]

Instances are made (`slotting.generate`), named by their seeds; every plan is checked by `slotting.check`. `--scale`
shortens all time limits alike. Seconds are of the clock and of the processor: on a busy machine they differ.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from os import getloadavg
from resource import RUSAGE_SELF, getrusage
from statistics import mean

from benchmarks.report import Figure, report
from hanmaru.decide.slotting.check.kitting import check_kitting
from hanmaru.decide.slotting.formats.kitting import plan_document, problem_of
from hanmaru.decide.slotting.generate import generate_kitting
from hanmaru.decide.slotting.kitting.build import build
from hanmaru.decide.slotting.kitting.errors import NoPlanInTime, TooLarge
from hanmaru.decide.slotting.kitting.partition import QUICK, THOROUGH, partition
from hanmaru.decide.slotting.kitting.problem import KittingPlan
from hanmaru.decide.slotting.kitting.solve import Method, solve_kitting
from hanmaru.decide.slotting.kitting.walk import walked
from hanmaru.decide.slotting.watch import Watch

SEEDS = (1, 2, 3)
SMALL = (20, 30, 40, 70, 100)
LARGE = (200, 300)
SOURCE = {20: 2400, 30: 2700, 40: 3000, 70: 17_900, 100: 96_800, 200: 724_200, 300: 4_033_200}
"""The source's genetic algorithm on its own instances, which are not public."""


@dataclass(frozen=True)
class Run:
    """What one method reached on one instance; None where it found no plan."""

    plan: KittingPlan | None
    processor: float = 0.0
    """Seconds of the processor, all threads together."""

    @property
    def objective(self) -> float:
        """The objective, inf without a plan."""
        return float("inf") if self.plan is None else self.plan.objective

    @property
    def gap(self) -> float:
        """Percent by which the bound lies below."""
        if self.plan is None:
            return 100.0
        return 100 * (self.plan.objective - self.plan.bound) / self.plan.objective if self.plan.objective else 0.0


def run(like: str, seed: int, method: Method, seconds: float) -> Run:
    """Solve one instance, and check the plan."""
    instance = generate_kitting(like, seed)
    problem = problem_of(instance)
    begun = time.process_time()
    try:
        plan = solve_kitting(problem, Watch(time.monotonic, seconds), seed, method)
    except (NoPlanInTime, TooLarge) as none:
        print(f"    {method}: {none}")
        return Run(None)
    processor = time.process_time() - begun
    found = check_kitting(instance, plan_document(plan, problem)).violations
    if found:
        raise SystemExit(f"{like} seed {seed} {method}: {found[0]}")
    return Run(plan, processor)


def row(like: str, seed: int, seconds: float, methods: tuple[Method, ...]) -> dict[str, Run]:
    """Solve one instance by several methods, and print a line."""
    runs = {method: run(like, seed, method, seconds) for method in methods}
    line = "  ".join(
        f"{method} {one.objective:,.0f} (gap {one.gap:.2f} %, {one.plan.seconds:.1f} s, {one.processor:.1f} s busy)"
        if one.plan
        else f"{method} none"
        for method, one in runs.items()
    )
    print(f"{like:12} seed {seed}: {line}; load {getloadavg()[0]:.1f}", flush=True)
    return runs


def table8(seconds: float) -> list[Figure]:
    """Sizes at which optimality is to be proven."""
    proven, above, ran = 0, 0, 0
    for number in SMALL:
        print(f"the source's genetic algorithm at {number}, on its own instances: {SOURCE[number]:,}")
        for seed in SEEDS:
            runs = row(f"table8-{number}", seed, seconds, ("auto", "ga", "milp-highs", "milp-cpsat"))
            ran += 1
            proven += runs["auto"].plan is not None and runs["auto"].plan.optimal
            above += runs["auto"].objective > runs["ga"].objective
    return [
        Figure("Table 8, 20-100 materials: proven optimal", 100 * proven / ran, "%", 90, higher=True),
        Figure("Table 8, 20-100 materials: plans above the genetic algorithm's", above, "plans", 0),
    ]


def large(seconds: float) -> list[Figure]:
    """Sizes at which a gap is left."""
    figures = []
    for number, gap, below in zip(LARGE, (6, 8), (25, 33), strict=True):
        print(f"the source's genetic algorithm at {number}, on its own instances: {SOURCE[number]:,}")
        rows = [row(f"table8-{number}", seed, seconds, ("auto", "ga")) for seed in SEEDS]
        saved = [100 * (1 - one["auto"].objective / one["ga"].objective) for one in rows]
        figures += [
            Figure(f"{number} materials: largest gap", max(one["auto"].gap for one in rows), "%", gap),
            Figure(
                f"{number} materials: below the genetic algorithm, on average", mean(saved), "%", below, higher=True
            ),
        ]
    return figures


def store(seconds: float, longer: float) -> list[Figure]:
    """The surface-mount store."""
    figures = []
    for seed in SEEDS:
        problem = problem_of(generate_kitting("smd-store", seed))
        runs = row("smd-store", seed, seconds, ("auto", "ga"))
        peer = best_partition(lambda preset, n, problem=problem: partition_cost(problem, preset, n))
        plan = runs["auto"].plan
        if plan is None:
            continue
        print(f"    Mt-KaHyPar, best of 80: {peer:,.0f}; walked {walked(problem, plan.places):,.0f} m a period")
        figures += [
            Figure(f"store seed {seed}: of the genetic algorithm's", plan.objective / runs["ga"].objective, "x", 0.5),
            Figure(f"store seed {seed}: below Mt-KaHyPar", 100 * (1 - plan.objective / peer), "%", 5, higher=True),
        ]
    long = row("smd-store", SEEDS[0], longer, ("auto",))["auto"]
    return [*figures, Figure(f"store seed {SEEDS[0]}: gap after {longer:.0f} s", long.gap, "%", 10)]


def partition_cost(problem: object, preset: str, seed: int) -> float:
    """What a plan straight from Mt-KaHyPar costs."""
    built = build(problem)  # type: ignore[arg-type]
    where = partition(built, preset, seed)
    return float("inf") if where is None else built.objective(where)


def best_partition(cost: Callable[[str, int], float]) -> float:
    """The best of two presets by forty seeds."""
    return min(cost(preset, seed) for preset in (QUICK, THOROUGH) for seed in range(40))


def huge(seconds: float) -> list[Figure]:
    """5,000 materials in about 40,000 bins."""
    found = row("store-5000", 1, seconds, ("auto",))["auto"]
    memory = getrusage(RUSAGE_SELF).ru_maxrss / 2**20
    took = found.plan.seconds if found.plan else float("inf")
    return [
        Figure("5,000 materials: seconds to a plan", took, "s", 600),
        Figure("5,000 materials: memory", memory, "GiB", 4),
    ]


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies all time limits")
    parser.add_argument("--only", choices=("table8", "large", "store", "huge"), help="one part alone")
    asked = parser.parse_args()
    parts: dict[str, Callable[[], list[Figure]]] = {
        "table8": lambda: table8(60 * asked.scale),
        "large": lambda: large(60 * asked.scale),
        "store": lambda: store(120 * asked.scale, 600 * asked.scale),
        "huge": lambda: huge(540 * asked.scale),
    }
    figures = [figure for name, part in parts.items() if asked.only in {None, name} for figure in part()]
    report("slotting_kitting", figures, scale=asked.scale, seeds=list(SEEDS))


if __name__ == "__main__":
    main()
