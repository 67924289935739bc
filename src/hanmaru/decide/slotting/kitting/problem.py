"""What is asked and what is answered: aisles of racks, materials that need bins, models that use them; and places."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hanmaru.decide.slotting.watch import Step

Rack = tuple[int, int]
"""Index of an aisle, and of a rack in it."""


@dataclass(frozen=True, slots=True)
class Aisle:
    """An aisle: its distance weight from the in/out point, and its racks by their numbers of bins."""

    key: str
    weight: float
    racks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """A material that needs this many adjacent bins of one rack."""

    key: str
    bins: int


@dataclass(frozen=True, slots=True)
class Model:
    """A kit: how often it is made, and the materials of its bill by their index."""

    key: str
    frequency: float
    materials: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a material's run of bins begins: index of the aisle, of the rack in it, first bin counted from 0."""

    aisle: int
    rack: int
    first_bin: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Adjacent bins of one rack that hold nothing: a pillar, a door, a switch box."""

    aisle: int
    rack: int
    first_bin: int
    bins: int


@dataclass(frozen=True, slots=True)
class KittingRules:
    """What a planner may ask beyond the source's model; every part may stay empty.

    Materials and models are named by their keys, racks by (aisle, rack). A rack is one row of bins: the levels of a
    high rack are racks of their own, told apart by `level_of`.
    """

    fixed: Mapping[str, Place] = field(default_factory=dict)
    """Materials that lie exactly here."""
    aisles: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Materials that must lie in one of these aisles."""
    forbidden: Mapping[str, frozenset[Rack]] = field(default_factory=dict)
    """Racks in which a material must not lie."""
    blocked: tuple[Stretch, ...] = ()
    """Bins that hold nothing: they cut a rack in two."""
    apart: tuple[tuple[str, str], ...] = ()
    """Pairs that must not lie in the same aisle."""
    level_of: Mapping[Rack, int] = field(default_factory=dict)
    """The level of a rack, 0 on the floor, which is also where a rack not named stands."""
    level_costs: tuple[float, ...] = ()
    """What a pick costs more on each level, in the unit of an aisle's weight."""
    heaviest: tuple[float, ...] = ()
    """The heaviest material in kg that each level may hold: heavy goes below."""
    masses: Mapping[str, float] = field(default_factory=dict)
    """What a material weighs, in kg; 0 where it is not named."""
    depots: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """In/out points: the weight of every aisle as seen from each."""
    depot_of: Mapping[str, str] = field(default_factory=dict)
    """From which depot a model is picked; from the aisles' own weights where it is not named."""
    bin_size: Mapping[Rack, str] = field(default_factory=dict)
    """The size of the bins of a rack; the ordinary size "" where it is not named."""
    bins_by_size: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """How many bins of other sizes a material needs instead; a size not named cannot hold it."""
    replenishments: Mapping[str, float] = field(default_factory=dict)
    """How often a material is brought from the dock, in the unit of the models' frequencies."""
    dock: tuple[float, ...] = ()
    """The weight of every aisle as seen from the dock."""
    most_moves: int | None = None
    """How many materials may lie elsewhere than today."""


@dataclass(frozen=True, slots=True)
class KittingProblem:
    """A store and what is picked from it."""

    aisles: tuple[Aisle, ...]
    materials: tuple[Material, ...]
    models: tuple[Model, ...]
    today: Mapping[str, Place] | None = None
    rules: KittingRules = field(default_factory=KittingRules)


@dataclass(frozen=True, slots=True)
class KittingPlan:
    """Places by material; `objective` is equation (13): frequency times aisle weight over aisles entered.

    With rules that cost (levels, replenishment) the objective is the sum of (13) and of these.
    """

    objective: float
    bound: float
    optimal: bool
    seconds: float
    seed: int
    method: str
    places: Mapping[str, Place]
    history: tuple[Step, ...] = field(default_factory=tuple)
