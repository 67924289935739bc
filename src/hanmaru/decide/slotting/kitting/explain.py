"""Why a material lies where it lies: who pulls it there, and what any other aisle would cost."""

from collections.abc import Mapping
from dataclasses import dataclass

from hanmaru.decide.slotting.kitting.build import bins_in
from hanmaru.decide.slotting.kitting.costs import Costs
from hanmaru.decide.slotting.kitting.problem import KittingProblem, Place


@dataclass(frozen=True, slots=True)
class Pull:
    """A model that uses the material: what it pays to enter the aisle, and how many of its other materials lie there.

    Alone, a material without companions makes its model enter the aisle.
    """

    model: str
    cost: float
    companions: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another aisle: by how much the objective would change if the material alone moved there.

    `room` says whether a rack there that it may use has enough adjacent free bins; without, something would have to
    give way. `allowed` says whether any rule lets it lie there at all, alone.
    """

    aisle: str
    change: float
    room: bool
    allowed: bool = True


@dataclass(frozen=True, slots=True)
class Reason:
    """Why here: the models that pull, the one that costs most first, and all other aisles, the cheapest first."""

    material: str
    aisle: str
    pulls: tuple[Pull, ...]
    elsewhere: tuple[Elsewhere, ...]


class Explainer:
    """Explains one plan; what all materials have in common is worked out once."""

    def __init__(self, problem: KittingProblem, places: Mapping[str, Place]) -> None:
        """Take a problem and the places of all its materials."""
        self._problem, self._costs = problem, Costs(problem)
        self._at = [places[material.key] for material in problem.materials]
        self._used: list[list[int]] = [[] for _ in problem.materials]
        self._count: list[dict[int, int]] = []
        for number, model in enumerate(problem.models):
            here: dict[int, int] = {}
            for i in set(model.materials):
                self._used[i].append(number)
                here[self._at[i].aisle] = here.get(self._at[i].aisle, 0) + 1
            self._count.append(here)
        self._longest = self._gaps()

    def reason(self, i: int) -> Reason:
        """Why material i (its index) lies where it lies."""
        problem, here = self._problem, self._at[i].aisle
        pulls = sorted(
            (
                Pull(problem.models[m].key, self._costs.entering(m, here), self._count[m][here] - 1)
                for m in self._used[i]
            ),
            key=lambda pull: (pull.companions > 0, -pull.cost, pull.model),
        )
        saved = sum(pull.cost for pull in pulls if pull.companions == 0)
        saved += self._costs.lying(i, (here, self._at[i].rack))
        others = sorted(
            (self._other(i, a, saved) for a in range(len(problem.aisles)) if a != here),
            key=lambda other: (not other.allowed, other.change, other.aisle),
        )
        return Reason(problem.materials[i].key, problem.aisles[here].key, tuple(pulls), tuple(others))

    def _other(self, i: int, a: int, saved: float) -> Elsewhere:
        """Another aisle, there in the rack that costs least, of those with room if there are any."""
        paid = sum(self._costs.entering(m, a) for m in self._used[i] if a not in self._count[m])
        racks = range(len(self._problem.aisles[a].racks))
        allowed = [r for r in racks if self._costs.may_lie(i, (a, r)) and bins_in(self._problem, i, Place(a, r, 0))]
        if self._problem.materials[i].key in self._problem.rules.fixed:
            allowed = []
        room = [r for r in allowed if bins_in(self._problem, i, Place(a, r, 0)) <= self._longest[a][r]]
        lying = min((self._costs.lying(i, (a, r)) for r in room or allowed or racks), default=0.0)
        return Elsewhere(self._problem.aisles[a].key, paid + lying - saved, bool(room), bool(allowed))

    def _gaps(self) -> list[list[int]]:
        """The longest stretch of free bins of every rack, by aisle."""
        taken = [[bytearray(bins) for bins in aisle.racks] for aisle in self._problem.aisles]
        for i, place in enumerate(self._at):
            bins = bins_in(self._problem, i, place)
            taken[place.aisle][place.rack][place.first_bin : place.first_bin + bins] = b"\x01" * bins
        for blocked in self._problem.rules.blocked:
            end = blocked.first_bin + blocked.bins
            taken[blocked.aisle][blocked.rack][blocked.first_bin : end] = b"\x01" * blocked.bins
        return [[max(map(len, bytes(rack).split(b"\x01")), default=0) for rack in racks] for racks in taken]
