"""Instances and plans as JSON text, and the solvers that stand between the two. No table and no clock of ours."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any, Final, cast

from django.utils.translation import gettext_lazy as _

from hanmaru.central.slotting.errors import NeitherKind, NotJson
from hanmaru.central.slotting.reading import store_travel, strip_travel
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.formats import bulk, kitting
from hanmaru.decide.slotting.formats.curve import Point
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.watch import Step, Watch

BULK: Final = "bulk"
KITTING: Final = "kitting"
Problem = BulkProblem | KittingProblem
Plan = BulkPlan | KittingPlan
Document = dict[str, Any]

METHODS: Final = {
    "auto": _("Our own search — recommended"),
    "exact": _("Our own search, to the proof that nothing is better"),
    "ga": _("Genetic algorithm of the paper — to compare"),
    "milp-highs": _("General solver HiGHS — to compare"),
    "milp-cpsat": _("General solver CP-SAT — to compare"),
}
"""What may be asked of a search, in plain words."""
CURVE: Final = "moves"
"""The search that finds no plan, but what moving ever more materials would save."""

MOST_STEPS: Final = 300
"""Steps of a history that are kept: more than a picture can show."""


def document_of(text: str | bytes) -> Document:
    """The JSON of a file. Raise NotJson, NeitherKind."""
    try:
        found = json.loads(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except json.JSONDecodeError as error:
        raise NotJson(line=error.lineno, column=error.colno) from None
    except (UnicodeDecodeError, RecursionError):
        raise NotJson(line=1, column=1) from None
    if not isinstance(found, dict):
        raise NeitherKind
    return found


def kind_of(document: Mapping[str, Any]) -> str:
    """Which kind of instance this is, by its keys. Raise NeitherKind."""
    if "aisles" in document or "models" in document:
        return KITTING
    if "length" in document or "supply_points" in document:
        return BULK
    raise NeitherKind


def problem_of(kind: str, document: Mapping[str, Any]) -> Problem:
    """The problem of an instance. Raise what is wrong with it, naming the key."""
    return bulk.problem_of(document) if kind == BULK else kitting.problem_of(document)


def plan_document(plan: Plan, problem: Problem) -> Document:
    """A plan as JSON has it."""
    if isinstance(plan, BulkPlan):
        return bulk.plan_document(plan)
    return kitting.plan_document(plan, cast("KittingProblem", problem))


def plan_of(document: Mapping[str, Any], problem: Problem) -> Plan:
    """The plan of a problem. Raise what is wrong with it."""
    if isinstance(problem, BulkProblem):
        return bulk.plan_of(document, problem)
    return kitting.plan_of(document, problem)


def solve(problem: Problem, watch: Watch, seed: int, method: str) -> Plan:
    """Search until the watch is over. Solvers bring large libraries, so they are loaded where one is needed."""
    if isinstance(problem, BulkProblem):
        from hanmaru.decide.slotting.bulk.solve import solve_bulk  # noqa: PLC0415 -- said above

        return solve_bulk(problem, watch, seed, cast("Any", method))
    from hanmaru.decide.slotting.kitting.solve import solve_kitting  # noqa: PLC0415 -- said above

    return solve_kitting(problem, watch, seed, cast("Any", method))


def has_curve(problem: Problem) -> bool:
    """Whether it can be told what moving few saves: where it is known what lies where now, along a strip of all."""
    known = len(problem.today or {})
    return known == len(problem.materials) if isinstance(problem, BulkProblem) else known > 0


def curve(problem: Problem, watch: Watch, seed: int) -> list[list[float]]:
    """[materials moved, best, bound] from none moved on, each less travel than the one before; ends with the watch."""
    found: Sequence[Point]
    now: float | None
    if isinstance(problem, BulkProblem):
        from hanmaru.decide.slotting.bulk.curve import curve as along  # noqa: PLC0415 -- as above

        free = replace(problem, rules=replace(problem.rules, most_moved=None))
        found, now = along(free, watch, seed), strip_travel(problem, problem.today or {})
    else:
        from hanmaru.decide.slotting.kitting.curve import curve as inside  # noqa: PLC0415 -- as above

        found, now = inside(problem, watch, seed), store_travel(problem, problem.today or {})
    points = [[point.moved, point.objective, point.bound] for point in found]
    if points and points[0][0] and now is not None:  # the layout now breaks a rule
        points.insert(0, [0, now, 0])
    return points


def history_text(steps: list[Step]) -> str:
    """A history as JSON, of a long one evenly chosen steps and the last."""
    stride = -(-len(steps) // MOST_STEPS) or 1
    chosen = [*steps[:-1:stride], *steps[-1:]]
    return json.dumps(
        [[round(step.seconds, 3), None if step.best == inf else step.best, step.bound] for step in chosen]
    )
