"""What is asked and what is answered: aisles of racks, materials that need bins, models that use them; and places."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hanmaru.decide.slotting.watch import Step


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
class KittingProblem:
    """A store and what is picked from it."""

    aisles: tuple[Aisle, ...]
    materials: tuple[Material, ...]
    models: tuple[Model, ...]
    today: Mapping[str, Place] | None = None


@dataclass(frozen=True, slots=True)
class KittingPlan:
    """Places by material; `objective` is equation (13): frequency times aisle weight over aisles entered."""

    objective: float
    bound: float
    optimal: bool
    seconds: float
    seed: int
    method: str
    places: Mapping[str, Place]
    history: tuple[Step, ...] = field(default_factory=tuple)
