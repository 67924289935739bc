"""Which rules cannot hold together: a plan that keeps all, or the smallest set found that rules every plan out.

CP-SAT decides; what is dropped one by one without making room for a plan is no part of the conflict.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from hanmaru.decide.slotting.bulk.numbers import exact
from hanmaru.decide.slotting.bulk.problem import BulkProblem
from hanmaru.decide.slotting.bulk.rooms import strips_of
from hanmaru.decide.slotting.bulk.scaled import Scaled
from hanmaru.decide.slotting.heard import solve_heard
from hanmaru.decide.slotting.watch import Watch

PATIENCE = 5.0
"""CP-SAT's deterministic seconds for one question."""
LOOKS = 12
"""A layout is looked for a moment longer than the watch allows: better some plan than none."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its kind as the instance names it, and which."""

    kind: str
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Centres in units and strips by number."""

    centres: Mapping[str, int]
    strips: Mapping[str, int]


def rules_in(problem: BulkProblem) -> list[Rule]:
    """All rules of a problem, by name."""
    rules = problem.rules
    found = [Rule("fixed", 0, key) for key in rules.fixed]
    found += [Rule("forbidden", n, f"{a:g}..{b:g}") for n, (a, b) in enumerate(rules.forbidden)]
    found += [Rule("together", n, " + ".join(group)) for n, group in enumerate(rules.together)]
    found += [Rule("apart", n, f"{a} - {b}") for n, (a, b, _) in enumerate(rules.apart)]
    found += [Rule("strips", 0, key) for key in rules.strips]
    found += [] if rules.most_moved is None else [Rule("most_moved", 0, str(rules.most_moved))]
    return found + ([Rule("clearance", 0, f"{rules.clearance:g}")] if rules.clearance else [])


def layout_or_conflict(
    problem: BulkProblem, whole: Scaled, watch: Watch, home: Mapping[str, int] | None = None
) -> Layout | list[Rule] | None:
    """A layout that keeps all rules; or rules that none keeps, as few as were found; or None where time was too short.

    An empty list: the materials do not fit even without rules. `home` is where materials begin today, in units.
    """
    rules = rules_in(problem)
    answer = Question(problem, whole, rules, home).ask(watch, LOOKS)
    if not isinstance(answer, bool):
        return answer
    if not answer:
        return None
    left = list(rules)
    for rule in rules:
        if watch.over:
            break
        fewer = [other for other in left if other != rule]
        if Question(problem, whole, fewer, home).ask(watch) is True:
            left = fewer
    return left


class Question:
    """Asks CP-SAT for a layout that keeps some of the rules."""

    def __init__(
        self, problem: BulkProblem, whole: Scaled, rules: Collection[Rule], home: Mapping[str, int] | None = None
    ) -> None:
        self.problem, self.whole, self.home = problem, whole, home or {}
        self.model = cp_model.CpModel()
        self.strips = strips_of(problem)
        self.width = {one.key: self._whole(one.width) for one in problem.materials}
        self.begin = {key: self.model.new_int_var(0, self._whole(problem.length), "") for key in self.width}
        self.on = {key: [self.model.new_bool_var("") for _ in self.strips] for key in self.width}
        for choice in self.on.values():
            self.model.add_exactly_one(choice)
        gap = self._whole(problem.rules.clearance) if any(rule.kind == "clearance" for rule in rules) else 0
        pillars = {rule.number for rule in rules if rule.kind == "forbidden"}
        for number in range(len(self.strips)):
            self._strip(number, gap, pillars)
        for rule in rules:
            getattr(self, f"_{rule.kind}", self._nothing)(rule)

    def _whole(self, length: float) -> int:
        return round(exact(length) / self.whole.unit)

    def ask(self, watch: Watch, looks: int = 0) -> Layout | bool:
        """A layout; True where there is none; False where it is not known."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = PATIENCE
        status = solve_heard(solver, self.model, watch, looks=looks)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return bool(status == cp_model.INFEASIBLE)
        centres = {key: solver.value(at) + self.width[key] // 2 for key, at in self.begin.items()}
        return Layout(centres, {key: [solver.value(one) for one in choice].index(1) for key, choice in self.on.items()})

    def _strip(self, number: int, gap: int, pillars: Collection[int]) -> None:
        """Zones on one strip do not overlap, gaps included, and keep off pillars and ends."""
        strip, clear, wide = self.strips[number], [], []
        for key, width in self.width.items():
            on, at = self.on[key][number], self.begin[key]
            self.model.add(at >= self._whole(strip.begin)).only_enforce_if(on)
            self.model.add(at + width <= self._whole(strip.end)).only_enforce_if(on)
            clear.append(self.model.new_optional_fixed_size_interval_var(at, width, on, ""))
            wide.append(self.model.new_optional_fixed_size_interval_var(at, width + gap, on, ""))
        chosen = [stretch for place, stretch in enumerate(self.problem.rules.forbidden) if place in pillars]
        for begin, end in (*chosen, *strip.forbidden):
            first, last = self._whole(begin), self._whole(end)
            clear.append(self.model.new_fixed_size_interval_var(first, last - first, ""))
        self.model.add_no_overlap(clear)
        if gap:
            self.model.add_no_overlap(wide)

    def _nothing(self, _rule: Rule) -> None:
        """Forbidden stretches and clear gaps are in the strips already."""

    def _fixed(self, rule: Rule) -> None:
        centre = self._whole(self.problem.rules.fixed[rule.name])
        self.model.add(self.begin[rule.name] == centre - self.width[rule.name] // 2)
        if rule.name not in self.problem.rules.strips:
            self.model.add(self.on[rule.name][0] == 1)

    def _strips(self, rule: Rule) -> None:
        keys = [strip.key for strip in self.strips]
        self.model.add(self.on[rule.name][keys.index(self.problem.rules.strips[rule.name])] == 1)

    def _together(self, rule: Rule) -> None:
        group: Sequence[str] = self.problem.rules.together[rule.number]
        gap = self._whole(self.problem.rules.clearance)
        span = sum(self.width[key] for key in group) + gap * (len(group) - 1)
        for key in group:
            for number in range(len(self.strips)):
                self.model.add(self.on[key][number] == self.on[group[0]][number])
            for other in group:
                self.model.add(self.begin[key] + self.width[key] - self.begin[other] <= span)

    def _most_moved(self, rule: Rule) -> None:
        stays = []
        for key, begin in self.home.items():
            stays.append(self.model.new_bool_var(""))
            self.model.add(self.begin[key] == begin).only_enforce_if(stays[-1])
        self.model.add(sum(stays) >= len(stays) - int(rule.name))

    def _apart(self, rule: Rule) -> None:
        one, other, distance = self.problem.rules.apart[rule.number]
        way = self.begin[one] + self.width[one] // 2 - self.begin[other] - self.width[other] // 2
        left = self.model.new_bool_var("")
        self.model.add(way >= self.whole.units(distance)).only_enforce_if(left)
        self.model.add(-way >= self.whole.units(distance)).only_enforce_if(~left)
