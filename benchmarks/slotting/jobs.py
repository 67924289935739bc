"""Runs tasks side by side, each in a process of its own, and writes down every result as soon as there is one."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks.slotting.one import warm
from benchmarks.slotting.tasks import Result, Task, result_of

ROOT: Final = Path(__file__).parents[2]
BESIDE: Final = 20.0  # seconds that starting, warming and checking take, beside the limit
COMPILING: Final = 600.0  # seconds


@dataclass
class Side:
    """So many tasks at a time; none is begun that would not end by `until` (of time.monotonic)."""

    jobs: int
    until: float
    tell: Callable[[Result], None]

    def run(self, tasks: Sequence[Task]) -> list[Result]:
        """Run the tasks, the longest first if there are several at a time; answer what there was time for."""
        self._lock = threading.Lock()
        for first in {(task.kind, task.method): task for task in tasks}.values():
            # Compiles what is not compiled yet: once, not in every process.
            _process(warm(first, COMPILING / 2), COMPILING)
        order = sorted(tasks, key=lambda task: -task.limit) if self.jobs > 1 else tasks
        with ThreadPoolExecutor(self.jobs) as pool:
            return [one for one in pool.map(self._one, order) if one is not None]

    def _one(self, task: Task) -> Result | None:
        if time.monotonic() + task.limit + BESIDE > self.until:
            return None
        found = replace(_process(task, 2 * task.limit + COMPILING), jobs=self.jobs)
        with self._lock:
            self.tell(found)
        return found


def _process(task: Task, limit: float) -> Result:
    """Run one task; a process that dies or hangs is a broken result."""
    command = [sys.executable, "-m", "benchmarks.slotting.one", json.dumps(asdict(task))]
    try:
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return Result(task, why=f"no answer in {limit:.0f} s", broken=True)
    if ran.returncode:
        last = ran.stderr.strip().splitlines()[-1:]
        return Result(task, why=f"ended by {ran.returncode}: {''.join(last)}", broken=True)
    return result_of(json.loads(ran.stdout.splitlines()[-1]))


def read(files: Iterable[Path]) -> list[Result]:
    """Results from files; of one task the last that is not broken. A last line that was cut off is left out."""
    found: dict[tuple[object, ...], Result] = {}
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                one = result_of(json.loads(line))
            except json.JSONDecodeError:
                continue
            if not one.broken or one.task.name not in found:
                found[one.task.name] = one
    return list(found.values())
