"""Layouts of strips and stores: proofs and gaps beside two solvers, the source's algorithm and Mt-KaHyPar.

    python -m benchmarks.slotting [--only table7 ...] [--scale 1] [--seeds 1 2 3] [--jobs 4] [--out FILE]
    python -m benchmarks.slotting --report FILE ...

Instances are generated (`hanmaru solve generate`), named by shape and seed; every plan is looked at by the checker,
which shares nothing with the solvers. `--scale` shortens all limits, and below 1 leaves out the larger sizes. Every
run has a process of its own; `--jobs` of them go side by side (each takes two to three threads; figures want a calm
machine). With `--out` each result is added to the file at once, as a line of JSON; what stands there already is not
run again, so a run that was cut short goes on. `--report` prints the whole from such files and runs nothing.
`--orders` names a file of order lines (Online Retail), or an instance made of one by `hanmaru solve generate`.
"""

import argparse
import json
import time
from dataclasses import asdict
from math import inf
from pathlib import Path

from benchmarks.report import report
from benchmarks.slotting.jobs import Side, read
from benchmarks.slotting.tables import all_tables
from benchmarks.slotting.tasks import PARTS, Result, Task, Wanted


def asked() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=list(PARTS), metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seeds", type=int, nargs="+", help="1 2 3 unless told; below the full scale 1")
    parser.add_argument("--jobs", type=int, default=1, help="how many run side by side")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where each result is added at once")
    parser.add_argument("--within", type=float, default=inf, metavar="SECONDS", help="begin nothing that would not end")
    parser.add_argument("--orders", type=Path, metavar="FILE", help="order lines, or an instance made of them")
    parser.add_argument("--no-baselines", action="store_true", help="ours alone")
    parser.add_argument("--report", type=Path, nargs="+", metavar="FILE", help="print what is in files; run nothing")
    return parser.parse_args()


def cut_off(file: Path) -> bool:
    """Whether the last line of a file was not written to its end."""
    return file.exists() and not file.read_bytes().endswith(b"\n") and file.stat().st_size > 0


def tell(result: Result, out: Path | None) -> None:
    """Print one line, and add the result to the file."""
    task, plan = result.task, result.why
    if result.objective is not None:
        gap = f"gap {result.gap:.4f} %" if result.bound else "no bound"
        plan = f"{result.objective:,.0f}, {gap}, {result.seconds:.1f} s, {result.processor:.1f} s of processor"
    fill = f" {task.fill:.0%}" if task.fill else ""
    print(f"  {task.part} {task.like}{fill} seed {task.seed} {task.method}: {plan}", *result.violations, flush=True)
    if out:
        with out.open("a", encoding="utf-8") as file:
            file.write("\n" * cut_off(out) + json.dumps(result.document(), ensure_ascii=False) + "\n")


def collected(options: argparse.Namespace) -> list[Result]:
    """Run what is asked for and not there yet; all results of it."""
    until = time.monotonic() + options.within
    seeds = options.seeds or ([1, 2, 3] if options.scale >= 1 else [1])
    wanted = Wanted(options.scale, seeds, options.orders, not options.no_baselines)
    tasks: list[Task] = [task for part in options.only or PARTS for task in PARTS[part](wanted)]
    names = {task.name for task in tasks}
    there = read([options.out]) if options.out and options.out.exists() else []
    there = [one for one in there if one.task.name in names]
    done = {one.task.name for one in there if not one.broken}
    left = [task for task in tasks if task.name not in done]
    print(f"{len(tasks)} runs, {len(done)} there already; {options.jobs} at a time", flush=True)
    ran = Side(options.jobs, until, lambda one: tell(one, options.out)).run(left)
    print(f"{len(left) - len(ran)} not begun", flush=True)
    return [one for one in there if not one.broken] + ran


def main() -> None:
    """Run or read, then print the tables, the bars, and one line of JSON."""
    options = asked()
    results = read(options.report) if options.report else collected(options)
    figures = all_tables(results)
    ran_on = next((one.machine for one in results if one.machine), None)
    seeds = sorted({one.task.seed for one in results})
    documents = [one.document() for one in results]
    report("slotting", figures, ran_on, seeds=seeds, jobs=sorted({one.jobs for one in results}), runs=documents)
    lines = [{**asdict(figure), "reached": figure.reached} for figure in figures]
    print(json.dumps({"benchmark": "slotting", "seeds": seeds, "machine": ran_on, "figures": lines}))


if __name__ == "__main__":
    main()
