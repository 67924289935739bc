"""Runs one task in a process of its own, so that memory and processor are its alone: `-m benchmarks.slotting.one TASK`.

Compiled code is loaded by a small search before, which is not counted. The last line is the result as JSON.
"""

import gc
import json
import sys
import time
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any, Final, NamedTuple

from benchmarks.report import machine
from benchmarks.slotting.tasks import FROM_ORDERS, ORDERS, OURS, PEER, Result, Task
from hanmaru.decide.slotting.bulk.solve import solve_bulk
from hanmaru.decide.slotting.check.bulk import check_bulk
from hanmaru.decide.slotting.check.kitting import check_kitting
from hanmaru.decide.slotting.formats import bulk, kitting
from hanmaru.decide.slotting.generate import generate_bulk, generate_kitting
from hanmaru.decide.slotting.kitting.blocks import installed
from hanmaru.decide.slotting.kitting.build import build
from hanmaru.decide.slotting.kitting.errors import NoPlanInTime, TooLarge
from hanmaru.decide.slotting.kitting.partition import QUICK, THOROUGH, partitions
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.kitting.solve import solve_kitting
from hanmaru.decide.slotting.kitting.walk import walked
from hanmaru.decide.slotting.watch import Watch

WARM: Final = {"bulk": ("sparse-59", "sparse-8"), "kitting": ("table8-20", "table8-20")}
"""What loads the compiled code: of our own solver, and of the others."""
WARM_LIMIT, MODEL_LIMIT = 5.0, 1.0  # seconds; there is nothing of ours to load for the model in a solver
WARMING: Final = "warming"
WALKED: Final = frozenset({"store", "store600", "store40000", "orders"})


class Found(NamedTuple):
    """A plan as JSON has it, how far one walks by it (None where nobody asks), how often it was tried."""

    plan: dict[str, Any]
    walked: float | None = None
    tries: int = 0


class Timed(NamedTuple):
    """What was found, in seconds of the clock and of the processor."""

    found: Found
    seconds: float
    processor: float


@cache
def instance_of(task: Task) -> dict[str, Any]:
    """The instance of a task."""
    if task.kind == "bulk":
        return generate_bulk(task.like, task.seed, task.fill)
    if not task.like.startswith(f"{ORDERS}-"):
        return generate_kitting(task.like, task.seed, task.fill)
    if task.orders.endswith(".json"):
        return dict(json.loads(Path(task.orders).read_text(encoding="utf-8")))
    from hanmaru.launch.baskets import store_of_orders

    return store_of_orders(Path(task.orders), *FROM_ORDERS[task.like])


def solved(task: Task) -> Timed:
    """Run the task's method on its instance. Raise what the solver raises."""
    instance = instance_of(task)
    problem = (bulk if task.kind == "bulk" else kitting).problem_of(instance)
    gc.collect()
    watch, busy = Watch(time.monotonic, task.limit), time.process_time()
    plan: Any
    tries = 0
    if task.kind == "bulk":
        plan = solve_bulk(problem, watch, task.seed, task.method)  # type: ignore[arg-type]
    elif task.method == PEER:
        plan, tries = partitioned(problem, watch, task.tries)  # type: ignore[arg-type]
    else:
        plan = solve_kitting(problem, watch, task.seed, task.method)  # type: ignore[arg-type]
    seconds, processor = watch.seconds, time.process_time() - busy
    if task.kind == "bulk":
        return Timed(Found(bulk.plan_document(plan)), seconds, processor)
    metres = walked(problem, plan.places) if task.part in WALKED else None  # type: ignore[arg-type]
    return Timed(Found(kitting.plan_document(plan, problem), metres, tries), seconds, processor)  # type: ignore[arg-type]


def partitioned(problem: KittingProblem, watch: Watch, tries: int) -> tuple[KittingPlan, int]:
    """The best of so many runs of Mt-KaHyPar, half of each preset, from seeds 0 up; how many there was time for.

    Raise NoPlanInTime.
    """
    store = build(problem)
    runs = [((QUICK, THOROUGH)[n % 2], n // 2) for n in range(tries)]
    found = [(store.objective(where), where) for where in partitions(store, runs, lambda: watch.over)]
    if not found:
        raise NoPlanInTime(method=PEER if installed() else f"{PEER} (not installed)")
    cost, best = min(found, key=lambda one: one[0])
    places = store.places(best)
    plan = KittingPlan(cost, 0.0, optimal=False, seconds=watch.seconds, seed=0, method=PEER, places=places)
    return plan, len(found)


def result(task: Task) -> Result:
    """Run the task, and have the plan checked."""
    instance = instance_of(task)
    bins = sum(sum(aisle["racks"]) for aisle in instance.get("aisles", ()))
    bare = Result(task, len(instance["materials"]), bins, machine=machine())
    try:
        found, seconds, processor = solved(task)
    except (NoPlanInTime, TooLarge) as none:
        return replace(bare, why=str(none))
    memory = getrusage(RUSAGE_SELF).ru_maxrss / 2**20
    plan = found.plan
    checked = (check_bulk if task.kind == "bulk" else check_kitting)(instance, plan)
    return replace(
        bare, objective=plan["objective"], bound=plan["bound"], optimal=plan["optimal"], seconds=seconds,
        processor=processor, memory=memory, walked=found.walked, tries=found.tries,
        violations=[str(one) for one in checked.violations[:3]],
    )  # fmt: skip


def warm(task: Task, limit: float = WARM_LIMIT) -> Task:
    """A small task that loads what the task needs, and compiles what is not compiled yet."""
    limit = MODEL_LIMIT if task.method.startswith("milp") else limit
    return replace(
        task, part=WARMING, like=WARM[task.kind][task.method != OURS], seed=0, fill=0.9, limit=limit, tries=2
    )


def main() -> None:
    """Run the task that is named by the one argument, as JSON."""
    task = Task(**json.loads(sys.argv[1]))
    if task.part != WARMING:
        with suppress(NoPlanInTime):
            solved(warm(task))
    print(json.dumps(result(task).document(), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
