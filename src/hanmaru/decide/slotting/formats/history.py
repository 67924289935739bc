"""The history of a search as JSON has it: [seconds, best, bound], where JSON has no infinity."""

from collections.abc import Iterable
from math import inf
from typing import Any

from hanmaru.decide.slotting.watch import Step


def written(history: Iterable[Step]) -> list[list[float | None]]:
    """Answer the steps as lists; a best that is not known yet is None."""
    return [[step.seconds, None if step.best == inf else step.best, step.bound] for step in history]


def read(history: Iterable[Any]) -> tuple[Step, ...]:
    """Answer the steps of such lists."""
    return tuple(
        Step(float(seconds or 0), inf if best is None else float(best), float(bound or 0))
        for seconds, best, bound in history
    )
