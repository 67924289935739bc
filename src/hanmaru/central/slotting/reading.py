"""What a layout means: its travel, what pulls a material where it lies, and what another place would cost."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum

from hanmaru.decide.slotting.bulk.explain import explain
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.bulk.problem import Material as Zone
from hanmaru.decide.slotting.kitting.problem import KittingProblem, Model

Centres = Mapping[str, float]
"""Material -> centre of its zone."""
Aisles = Mapping[str, int]
"""Material -> index of its aisle."""
SHOWN = 8


def strip_travel(problem: BulkProblem, centres: Centres) -> float:
    """Trips times distance, over the materials whose centre is known."""
    return fsum(_zone_travel(problem, one, centres[one.key]) for one in problem.materials if one.key in centres)


def aisle_travel(problem: KittingProblem, aisles: Aisles) -> float:
    """Equation (13): frequency times weight over the aisles entered, for the materials whose aisle is known."""
    return fsum(
        model.frequency * fsum(problem.aisles[aisle].weight for aisle in _entered(problem, model, aisles))
        for model in problem.models
    )


def per_kit(problem: KittingProblem, travel: float) -> float:
    """The mean travel of one kit."""
    return travel / fsum(model.frequency for model in problem.models)


@dataclass(frozen=True, slots=True)
class Pull:
    """What fetches a material: a supply point or a kit, how often, and how far away or through which aisles."""

    name: str
    often: float
    at: float = 0
    distance: float = 0
    travel: float = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class Instead:
    """Another place, and by how much the travel of the whole layout would grow there (negative: shrink)."""

    name: str
    more: float


@dataclass(frozen=True, slots=True)
class Why:
    """Why a material lies where it does. ``best_alone``: where it would lie if nothing else were there."""

    material: str
    at: float | str
    travel: float
    pulls: tuple[Pull, ...]
    instead: tuple[Instead, ...]
    best_alone: float | None = None


def why_on_strip(problem: BulkProblem, plan: BulkPlan, key: str) -> Why:
    """What pulls a material, strongest first, and with which others it could change places most cheaply."""
    why = explain(problem, plan, key)
    pulls = [
        Pull(
            str(one.supply_point + 1),
            one.trips,
            problem.supply_points[one.supply_point],
            abs(one.way),
            one.trips * abs(one.way),
        )
        for one in sorted(why.pulls, key=lambda one: -one.trips)
    ]
    cheapest = sorted(why.swaps.items(), key=lambda swap: swap[1])[:SHOWN]
    instead = tuple(Instead(name, more) for name, more in cheapest)
    return Why(key, why.centre, why.objective, tuple(pulls), instead, why.alone_at)


def why_in_bins(problem: KittingProblem, aisles: Aisles, key: str) -> Why:
    """Which kits use a material, commonest first, and what it would cost in each other aisle, room left aside."""
    number = next(index for index, one in enumerate(problem.materials) if one.key == key)
    users = sorted((one for one in problem.models if number in one.materials), key=lambda one: -one.frequency)
    here = aisles[key]
    elsewhere = {model.key: _entered(problem, model, aisles, without=key) for model in users}
    pulls = [
        Pull(model.key, model.frequency, others=len(model.materials) - 1, travel=float(here in elsewhere[model.key]))
        for model in users[:SHOWN]
    ]

    def cost(aisle: int) -> float:
        alone = fsum(model.frequency for model in users if aisle not in elsewhere[model.key])
        return alone * problem.aisles[aisle].weight

    own = cost(here)
    others = [Instead(one.key, cost(index) - own) for index, one in enumerate(problem.aisles) if index != here]
    others.sort(key=lambda one: one.more)
    return Why(key, problem.aisles[here].key, own, tuple(pulls), tuple(others[:SHOWN]))


def _entered(problem: KittingProblem, model: Model, aisles: Aisles, without: str = "") -> set[int]:
    keys = (problem.materials[number].key for number in model.materials)
    return {aisles[key] for key in keys if key != without and key in aisles}


def _zone_travel(problem: BulkProblem, zone: Zone, centre: float) -> float:
    return fsum(trips * abs(centre - at) for at, trips in zip(problem.supply_points, zone.trips, strict=True))


def walks(visits: Iterable[tuple[int, str]], weights: Mapping[str, float]) -> tuple[int, float]:
    """Of (order, aisle) pairs that happened: how many orders, and the sum of the ways into their aisles."""
    entered = defaultdict[int, set[str]](set)
    for order, aisle in visits:
        if aisle in weights:
            entered[order].add(aisle)
    return len(entered), fsum(weights[aisle] for aisles in entered.values() for aisle in aisles)
