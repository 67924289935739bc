"""What a layout of a store costs, part by part, so that each part can be told and drawn."""

from collections.abc import Mapping
from math import fsum

from hanmaru.decide.slotting.kitting.problem import KittingProblem, Place, Rack


class Costs:
    """The parts of the objective of one problem, all per period: entries of aisles, picks by level, replenishment."""

    def __init__(self, problem: KittingProblem) -> None:
        """Take a problem."""
        self._problem = problem
        rules = problem.rules
        weights = tuple(aisle.weight for aisle in problem.aisles)
        self._seen = [
            rules.depots[rules.depot_of[one.key]] if one.key in rules.depot_of else weights for one in problem.models
        ]
        self.picks = [0.0] * len(problem.materials)
        for model in problem.models:
            for i in set(model.materials):
                self.picks[i] += model.frequency

    def entering(self, m: int, a: int) -> float:
        """What it costs that model m (its index) enters aisle a: frequency times the weight seen from its depot."""
        return self._problem.models[m].frequency * self._seen[m][a]

    def lying(self, i: int, rack: Rack) -> float:
        """What it costs besides that material i lies in a rack: picks by its level, and the way from the dock."""
        rules = self._problem.rules
        level = rules.level_of.get(rack, 0)
        higher = rules.level_costs[level] if level < len(rules.level_costs) else 0.0
        brought = rules.replenishments.get(self._problem.materials[i].key, 0.0) if rules.dock else 0.0
        return self.picks[i] * higher + (brought * rules.dock[rack[0]] if brought else 0.0)

    def may_lie(self, i: int, rack: Rack) -> bool:
        """Whether the rules let material i lie in a rack, whoever lies there."""
        key, rules = self._problem.materials[i].key, self._problem.rules
        level = rules.level_of.get(rack, 0)
        heavy = level < len(rules.heaviest) and rules.masses.get(key, 0.0) > rules.heaviest[level]
        elsewhere = rack[0] not in rules.aisles.get(key, {rack[0]}) or rack in rules.forbidden.get(key, ())
        return not heavy and not elsewhere

    def of(self, places: Mapping[str, Place]) -> float:
        """The objective of a layout that has a place for every material."""
        at = [places[material.key] for material in self._problem.materials]
        return fsum(
            (
                *(
                    self.entering(m, a)
                    for m, model in enumerate(self._problem.models)
                    for a in {at[i].aisle for i in model.materials}
                ),
                *(self.lying(i, (place.aisle, place.rack)) for i, place in enumerate(at)),
            )
        )
