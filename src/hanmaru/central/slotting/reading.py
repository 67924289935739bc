"""What a layout means: its travel, what pulls a material where it lies, and what another place would cost."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum

from hanmaru.decide.slotting.bulk.explain import explain
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.bulk.problem import Material as Zone
from hanmaru.decide.slotting.kitting.costs import Costs
from hanmaru.decide.slotting.kitting.explain import Explainer
from hanmaru.decide.slotting.kitting.problem import KittingProblem, Model, Place

Centres = Mapping[str, float]
"""Material -> centre of its zone."""
Aisles = Mapping[str, int]
"""Material -> index of its aisle."""
SHOWN = 8


def strip_travel(problem: BulkProblem, centres: Centres) -> float:
    """Trips times distance, over the materials whose centre is known."""
    return fsum(_zone_travel(problem, one, centres[one.key]) for one in problem.materials if one.key in centres)


def store_travel(problem: KittingProblem, places: Mapping[str, Place]) -> float | None:
    """What a layout costs with all that rules let cost; None where not every material has a place."""
    known = all(one.key in places for one in problem.materials)
    return Costs(problem).of(places) if known else None


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
    """What fetches a material: a supply point and how far away it is, or a kit and how many of it lie in the aisle."""

    name: str
    often: float
    at: float = 0
    distance: float = 0
    travel: float = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class Instead:
    """Another place, by how much the travel of the whole layout would grow there, and whether it has room for it."""

    name: str
    more: float
    room: bool = True


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
            str(one.supply_point),  # as the pictures and the files number them
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


def why_in_bins(problem: KittingProblem, places: Mapping[str, Place], key: str) -> Why:
    """Which kits use a material, and what it would cost in each other aisle."""
    number = next(index for index, one in enumerate(problem.materials) if one.key == key)
    reason = Explainer(problem, places).reason(number)
    often = {model.key: model.frequency for model in problem.models}
    pulls = [Pull(one.model, often[one.model], others=one.companions) for one in reason.pulls[:SHOWN]]
    others = [Instead(one.aisle, one.change, one.room) for one in reason.elsewhere[:SHOWN]]
    own = fsum(one.cost for one in reason.pulls if one.companions == 0)
    return Why(key, reason.aisle, own, tuple(pulls), tuple(others))


def _entered(problem: KittingProblem, model: Model, aisles: Aisles) -> set[int]:
    keys = (problem.materials[number].key for number in model.materials)
    return {aisles[key] for key in keys if key in aisles}


def _zone_travel(problem: BulkProblem, zone: Zone, centre: float) -> float:
    return fsum(trips * abs(centre - at) for at, trips in zip(problem.supply_points, zone.trips, strict=True))


def walks(visits: Iterable[tuple[int, str]], weights: Mapping[str, float]) -> list[float]:
    """Of (order, aisle) pairs that happened, the way of each order into its aisles."""
    entered = defaultdict[int, set[str]](set)
    for order, aisle in visits:
        if aisle in weights:
            entered[order].add(aisle)
    return [fsum(weights[aisle] for aisle in aisles) for aisles in entered.values()]
