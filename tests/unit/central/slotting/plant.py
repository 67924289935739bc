"""A strip and a store, and a small solver: what is tested with them is what is done with plans."""

import time

from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.kitting.problem import KittingPlan, Place

STRIP = {
    "length": 30,
    "supply_points": [0, 30],
    "materials": [
        {"id": "M1", "width": 10, "trips": {"1": 9}},
        {"id": "M2", "width": 10, "trips": {"0": 1, "1": 1}},
        {"id": "M3", "width": 10, "trips": {"0": 9}},
    ],
    "today": {"M1": 5, "M2": 15, "M3": 25},
}
STORE = {
    "aisles": [{"id": "A1", "weight": 1, "racks": [2]}, {"id": "A2", "weight": 5, "racks": [2]}],
    "materials": [{"id": "P1", "bins": 1}, {"id": "P2", "bins": 1}, {"id": "P3", "bins": 2}],
    "models": [
        {"id": "K1", "frequency": 10, "materials": ["P1", "P2"]},
        {"id": "K2", "frequency": 1, "materials": ["P3"]},
    ],
    "today": {"P3": {"aisle": "A1", "rack": 0, "first_bin": 0}, "P1": {"aisle": "A2", "rack": 0, "first_bin": 0}},
}


def small_solver(problem, watch, seed, method):
    """A plan at once: along the strip in the opposite order, in racks the first that fit by the list of materials."""
    if isinstance(problem, BulkProblem):
        centres, reached = {}, 0.0
        for one in reversed(problem.materials):
            centres[one.key] = reached + one.width / 2
            reached += one.width
        travel = sum(
            trips * abs(centres[one.key] - at)
            for one in problem.materials
            for at, trips in zip(problem.supply_points, one.trips, strict=True)
        )
        watch.found(travel + 10)
        watch.proved(travel / 2)
        watch.found(travel)
        watch.proved(travel)
        return BulkPlan(
            travel,
            travel,
            optimal=True,
            seconds=watch.seconds,
            seed=seed,
            method=method,
            positions=centres,
            history=tuple(watch.history),
        )
    places = _first_fit(problem)
    travel = sum(
        model.frequency
        * sum(
            problem.aisles[aisle].weight
            for aisle in {places[problem.materials[number].key].aisle for number in model.materials}
        )
        for model in problem.models
    )
    watch.found(travel)
    return KittingPlan(
        travel,
        0.0,
        optimal=False,
        seconds=watch.seconds,
        seed=seed,
        method=method,
        places=places,
        history=tuple(watch.history),
    )


def _first_fit(problem):
    racks = [(a, r, has) for a, aisle in enumerate(problem.aisles) for r, has in enumerate(aisle.racks)]
    taken, places = dict.fromkeys(racks, 0), {}
    used = {number: model.frequency for model in problem.models for number in model.materials}
    for _number, one in sorted(enumerate(problem.materials), key=lambda pair: -used.get(pair[0], 0)):
        rack = next(rack for rack in racks if taken[rack] + one.bins <= rack[2])
        places[one.key] = Place(rack[0], rack[1], taken[rack])
        taken[rack] += one.bins
    return places


def until_stopped(problem, watch, seed, method):
    """Has a plan at once, and searches on until somebody stops it."""
    plan = small_solver(problem, watch, seed, method)
    while not watch.over:
        time.sleep(0.01)
    return plan
