"""Of plans that cost the same, one that leaves as much as possible where it lies today.

What counts is the aisle from which a kit is picked. Inside an aisle materials may change places for nothing, and what
no kit asks for may lie anywhere: a search that knows this alone moves much that could have stayed.
"""

from dataclasses import replace

from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem, KittingRules, Place


def settled(plan: KittingPlan, problem: KittingProblem) -> KittingPlan:
    """The plan with materials changed among runs of bins of one length, each time so that one more stays as today.

    Where rules tell bins of an aisle apart, the plan is answered as it is.
    """
    if not problem.today or replace(problem.rules, most_moves=None) != KittingRules():
        return plan
    floor = _Floor(plan, problem)
    while sum(floor.settle(key, home) for key, home in problem.today.items()):
        pass  # what has settled may have freed a place for another
    return replace(plan, places=floor.places)


class _Floor:
    """What lies where while materials are changed."""

    def __init__(self, plan: KittingPlan, problem: KittingProblem) -> None:
        self.places = dict(plan.places)
        self._need = {material.key: material.bins for material in problem.materials}
        self._asked = {problem.materials[number].key for model in problem.models for number in model.materials}
        self._lying = {cell: key for key, place in self.places.items() for cell in self._cells(key, place)}

    def settle(self, key: str, home: Place) -> bool:
        """Lay a material where it lies today if that costs nothing; whether that was done."""
        left = self.places[key]
        others = {self._lying.get(cell) for cell in self._cells(key, home)} - {key}
        if left == home or len(others) > 1 or not self._may(key, home):
            return False
        other = next(iter(others), None)
        if other is not None:
            alike = self.places[other] == home and self._need[other] == self._need[key]
            if not alike or not self._may(other, left):
                return False
        for cell in self._cells(key, left):
            del self._lying[cell]
        self._lay(key, home)
        if other is not None:
            self._lay(other, left)
        return True

    def _cells(self, key: str, place: Place) -> list[tuple[int, int, int]]:
        return [(place.aisle, place.rack, place.first_bin + step) for step in range(self._need[key])]

    def _may(self, key: str, place: Place) -> bool:
        return key not in self._asked or self.places[key].aisle == place.aisle

    def _lay(self, key: str, place: Place) -> None:
        self.places[key] = place
        self._lying.update(dict.fromkeys(self._cells(key, place), key))
