"""Which rules cannot hold together: a set of which every one is needed for the clash.

U. Junker, "QuickXplain: preferred explanations and relaxations for over-constrained problems", AAAI 2004.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from hanmaru.decide.slotting.kitting.build import build
from hanmaru.decide.slotting.kitting.classes import class_model
from hanmaru.decide.slotting.kitting.cpsat import Effort, call
from hanmaru.decide.slotting.kitting.errors import FitsNowhere, RulesClash, clashing, rule
from hanmaru.decide.slotting.kitting.problem import KittingProblem, KittingRules
from hanmaru.decide.slotting.kitting.store import Store
from hanmaru.decide.slotting.kitting.whole import whole
from hanmaru.decide.slotting.watch import Watch
from hanmaru.kernel.errors import HanmaruError, Phrase

Rule = tuple[str, str, str]
"""The part of the rules, and whom it names."""
_WORK = 5.0


def built(problem: KittingProblem, watch: Watch) -> Store:
    """The arrays of a problem; where a material fits nowhere because of rules, RulesClash names the smallest set."""
    try:
        return build(problem)
    except (FitsNowhere, RulesClash) as error:
        if not (rules := clash(problem, watch)):
            raise
        data = error.data
        needs = [rule("needs", bins=data["bins"], one=data["material"])] if isinstance(error, FitsNowhere) else []
        raise clashing(*needs, *rules) from error


def clash(problem: KittingProblem, watch: Watch) -> list[Phrase]:
    """A smallest set of rules that cannot hold together, in words; empty where it is not the rules that clash."""
    rules = _listed(problem.rules)

    def impossible(kept: Sequence[Rule]) -> bool:
        return _impossible(_only(problem, kept), watch)

    if not rules or impossible([]) or not impossible(rules):
        return []
    clashes = _explain([], rules, impossible, known=False)
    return [rule(part, one=one, other=other) for part, one, other in clashes]


def _explain(
    given: list[Rule], rules: list[Rule], impossible: Callable[[Sequence[Rule]], bool], *, known: bool
) -> list[Rule]:
    """What of `rules` clashes with `given`; `known` tells that these alone may clash."""
    if known and impossible(given):
        return []
    if len(rules) == 1:
        return rules
    half = len(rules) // 2
    right = _explain(given + rules[:half], rules[half:], impossible, known=True)
    left = _explain(given + right, rules[:half], impossible, known=bool(right))
    return left + right


def _impossible(problem: KittingProblem, watch: Watch) -> bool:
    try:
        store = build(problem)
    except HanmaruError:
        return True
    model = class_model(store, whole(store), np.arange(store.materials), list(range(store.aisles)))
    model.model.clear_objective()  # type: ignore[no-untyped-call]
    return call(model.model, [], watch, Effort(work=_WORK)).infeasible


def _listed(rules: KittingRules) -> list[Rule]:
    named = [
        *(("fixed", key, "") for key in rules.fixed),
        *(("aisles", key, "") for key in rules.aisles),
        *(("forbidden", key, "") for key in rules.forbidden),
        *(("mass", key, "") for key in rules.masses if rules.heaviest),
        *(("apart", one, other) for one, other in rules.apart),
        *(("blocked", str(n), "") for n in range(len(rules.blocked))),
    ]
    return [(str(part), str(one), str(other)) for part, one, other in named]


def _only(problem: KittingProblem, kept: Sequence[Rule]) -> KittingProblem:
    rules, wanted = problem.rules, set(kept)
    return replace(
        problem,
        rules=replace(
            rules,
            fixed={key: place for key, place in rules.fixed.items() if ("fixed", key, "") in wanted},
            aisles={key: aisles for key, aisles in rules.aisles.items() if ("aisles", key, "") in wanted},
            forbidden={key: racks for key, racks in rules.forbidden.items() if ("forbidden", key, "") in wanted},
            masses={key: mass for key, mass in rules.masses.items() if ("mass", key, "") in wanted},
            apart=tuple(pair for pair in rules.apart if ("apart", *pair) in wanted),
            blocked=tuple(bins for n, bins in enumerate(rules.blocked) if ("blocked", str(n), "") in wanted),
        ),
    )
