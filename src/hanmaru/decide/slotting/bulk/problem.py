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
class Strip:
    """One of several strips, or one side of a strip: it reaches from `begin` to `end` of the common coordinate.

    `detour` is added to every trip to and from it; `forbidden` are stretches of it where nothing may lie.
    """

    key: str
    begin: float
    end: float
    detour: float = 0
    forbidden: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class BulkRules:
    """What a planner asks for beyond a short way.

    fixed: centres that stand. forbidden: stretches (from, to) where nothing may lie (pillars, doors). together: groups
    whose zones stand side by side with nothing between. apart: two materials and the least distance of their centres.
    clearance: the least clear gap between neighbouring zones. most_moved: how many may lie elsewhere than `today`.
    strips: the strip on which a material must lie, by key; what is fixed and not told here lies on the first.
    """

    fixed: Mapping[str, float] = field(default_factory=dict)
    forbidden: tuple[tuple[float, float], ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, str, float], ...] = ()
    clearance: float = 0
    most_moved: int | None = None
    strips: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BulkProblem:
    """A strip from 0 to `length`, supply points by their coordinates along it; one unit of length throughout.

    Where `strips` are given, materials lie on these, side by side within 0 to `length`: forbidden stretches of the
    rules hold for each.
    """

    length: float
    supply_points: tuple[float, ...]
    materials: tuple[Material, ...]
    today: Mapping[str, float] | None = None
    rules: BulkRules = field(default_factory=BulkRules)
    strips: tuple[Strip, ...] = ()
    today_strips: Mapping[str, str] = field(default_factory=dict)
    """On which of several strips materials lie today; only pictures and lists of moves ask for it."""


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """Centres by material; `objective` and `bound` are trips times distance, `optimal` that no plan is shorter.

    `strips` tells on which strip each lies, where the problem has several.
    """

    objective: float
    bound: float
    optimal: bool
    seconds: float
    seed: int
    method: str
    positions: Mapping[str, float]
    history: tuple[Step, ...] = ()
    strips: Mapping[str, str] = field(default_factory=dict)
