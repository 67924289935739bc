"""What is asked and what is answered: materials with widths and trips, and their centres along the strip."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hanmaru.decide.slotting.watch import Step


@dataclass(frozen=True, slots=True)
class Material:
    """A material: the width of its zone, and its trips a day to every supply point (0 where none)."""

    key: str
    width: float
    trips: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class BulkRules:
    """What a planner asks for beyond a short way.

    fixed: centres that stand. forbidden: stretches (from, to) where nothing may lie (pillars, doors). together: groups
    whose zones stand side by side with nothing between. apart: two materials and the least distance of their centres.
    clearance: the least clear gap between neighbouring zones. most_moved: how many may lie elsewhere than `today`.
    """

    fixed: Mapping[str, float] = field(default_factory=dict)
    forbidden: tuple[tuple[float, float], ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, str, float], ...] = ()
    clearance: float = 0
    most_moved: int | None = None


@dataclass(frozen=True, slots=True)
class BulkProblem:
    """A strip from 0 to `length`, supply points by their coordinates along it; one unit of length throughout."""

    length: float
    supply_points: tuple[float, ...]
    materials: tuple[Material, ...]
    today: Mapping[str, float] | None = None
    rules: BulkRules = field(default_factory=BulkRules)


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """Centres by material; `objective` and `bound` are trips times distance, `optimal` that no plan is shorter."""

    objective: float
    bound: float
    optimal: bool
    seconds: float
    seed: int
    method: str
    positions: Mapping[str, float]
    history: tuple[Step, ...] = ()
