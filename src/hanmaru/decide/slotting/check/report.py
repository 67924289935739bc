"""What a check found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Any, Final

REASONS: Final = {
    "unreadable": "%(key)s is missing or not of the kind it must be; nothing more was checked",
    "missing": "%(material)s has no place",
    "unknown": "%(material)s is placed, and is not among the materials",
    "strip_end": "%(material)s lies from %(start)s to %(end)s, %(by)s beyond an end of the strip",
    "overlap": "%(material)s and %(other)s overlap by %(by)s",
    "clearance": "between %(material)s and %(other)s %(gap)s are clear, and %(least)s must be",
    "forbidden": "%(material)s lies from %(start)s to %(end)s, on the forbidden stretch from %(from)s to %(to)s",
    "fixed": "%(material)s is fixed at %(fixed)s and lies at %(centre)s",
    "together": "%(material)s and %(other)s must stand side by side with nothing between, and do not",
    "strip": "%(material)s is on strip %(strip)s, which there is not",
    "other_strip": "%(material)s must be on strip %(asked)s and is on strip %(strip)s",
    "apart": "%(material)s and %(other)s are %(distance)s apart, and must be %(least)s",
    "most_moved": "%(moved)s materials lie elsewhere than today, and at most %(most)s may",
    "aisle": "%(material)s is in aisle %(aisle)s, which there is not",
    "rack": "%(material)s is in rack %(rack)s of aisle %(aisle)s, which there is not",
    "rack_end": "%(material)s takes bins %(first)s to %(last)s of a rack that has %(has)s",
    "bin_twice": "%(material)s and %(other)s take the same bin %(bin)s of rack %(rack)s in aisle %(aisle)s",
    "blocked": "%(material)s takes bin %(bin)s of rack %(rack)s in aisle %(aisle)s, which is blocked",
    "size": "%(material)s does not fit the %(size)s bins of rack %(rack)s in aisle %(aisle)s",
    "fixed_place": "%(material)s is fixed at aisle %(aisle)s, rack %(rack)s, bin %(first)s, and lies elsewhere",
    "wrong_aisle": "%(material)s must lie in %(asked)s and is in aisle %(aisle)s",
    "forbidden_rack": "%(material)s must not lie in rack %(rack)s of aisle %(aisle)s",
    "heavy": "%(material)s weighs %(mass)s kg and is on level %(level)s, which holds %(most)s kg at most",
    "same_aisle": "%(material)s and %(other)s must not lie in the same aisle, and both are in %(aisle)s",
    "origin": "move %(move)s takes %(material)s from where it does not lie then",
    "nowhere": "move %(move)s takes %(material)s, which lies nowhere today",
    "occupied": "move %(move)s: %(material)s comes to %(aisle)s, rack %(rack)s, bin %(bin)s, and %(other)s lies there",
    "in_place": "move %(move)s lays %(material)s where it lies already",
    "again": "move %(move)s takes %(material)s, which move %(before)s laid down for good",
    "early": "move %(move)s is in week %(week)s, and the one before it in week %(before)s",
    "late": "move %(move)s is in week %(week)s, and all must have paid after week %(last)s",
    "many": "week %(week)s has %(count)s moves, and %(most)s can be made",
    "figure": "%(key)s is said to be %(said)s, and is %(true)s",
    "not_there": "move %(move)s lays %(material)s for good where the plan does not have it",
    "objective": "the plan says its objective is %(said)s, and it is %(true)s",
    "bound": "the bound %(bound)s is more than the objective %(objective)s",
    "not_optimal": "the plan says it is optimal, and its bound %(bound)s is less than its objective %(objective)s",
    "number": "%(key)s is %(value)s, and must be a number from 0 up",
}
"""What can be wrong with a plan, in one sentence each."""

RELATIVE: Final = 1e-6
"""Share by which two figures may differ and still be the same: plans are written with few digits."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong; `reason` is a key of REASONS, `data` fills its sentence."""

    reason: str
    data: Mapping[str, Any]

    def __str__(self) -> str:
        return REASONS[self.reason] % self.data


@dataclass(slots=True)
class Report:
    """All that is wrong, and the objective worked out anew (None where places are missing)."""

    violations: list[Violation] = field(default_factory=list)
    objective: float | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.violations

    def add(self, reason: str, **data: object) -> None:
        """Note one thing that is wrong."""
        self.violations.append(
            Violation(
                reason, {key: f"{value:.10g}" if isinstance(value, float) else value for key, value in data.items()}
            )
        )


def checked(
    look: Callable[[Mapping[str, Any], Mapping[str, Any], Report], None], instance: object, plan: object
) -> Report:
    """Let a check look at an instance and a plan; what it cannot even read is a violation, never an exception."""
    report = Report()
    for key, document in (("instance", instance), ("plan", plan)):
        if not isinstance(document, Mapping):
            report.add("unreadable", key=key)
            return report
    assert isinstance(instance, Mapping)  # noqa: S101 - said above, for the type checker
    assert isinstance(plan, Mapping)  # noqa: S101 - as above
    try:
        look(instance, plan, report)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        report.add("unreadable", key=str(error))
    return report


def check_figures(plan: Mapping[str, Any], true: float, report: Report) -> None:
    """Hold what a plan says of itself against the objective worked out anew."""
    report.objective = true
    figures = {key: plan.get(key) for key in ("objective", "bound", "seconds")}
    for key, value in figures.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value < 0:
            report.add("number", key=key, value=value)
            return
    said, bound = float(plan["objective"]), float(plan["bound"])
    if not same(said, true):
        report.add("objective", said=said, true=true)
    if bound > true and not same(bound, true):
        report.add("bound", bound=bound, objective=true)
    if plan.get("optimal") and not same(bound, true):
        report.add("not_optimal", bound=bound, objective=true)


def number(value: object) -> float:
    """Answer a number as a float. Raise TypeError for what only looks like one: text, True."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} among the numbers")
    return float(value)


def same(one: float, other: float, scale: float = 0.0) -> bool:
    """Whether two figures are the same but for rounding; `scale` is a size beside which differences are small."""
    return abs(one - other) <= RELATIVE * max(abs(one), abs(other), scale, 1e-300) < inf
