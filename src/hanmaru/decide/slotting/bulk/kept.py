"""Whether centres keep all rules: asked of every plan under rules before it is answered."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

from hanmaru.decide.slotting.bulk.numbers import exact
from hanmaru.decide.slotting.bulk.problem import BulkProblem
from hanmaru.decide.slotting.bulk.rooms import strips_of
from hanmaru.decide.slotting.bulk.scaled import TOLERANCE

Centres = Mapping[str, Fraction]


def kept(problem: BulkProblem, centres: Centres, strips: Mapping[str, int]) -> bool:
    """Whether the zones lie on their strips, clear of each other and of what is forbidden, as the rules ask."""
    near = TOLERANCE * exact(problem.length)
    halves = {material.key: exact(material.width) / 2 for material in problem.materials}
    alone = all(
        _lies_well(problem, key, (centre - halves[key], centre + halves[key]), strips, near)
        for key, centre in centres.items()
    )
    return alone and _clear(problem, centres, strips, halves, near) and _bound(problem, centres, strips, halves, near)


def _lies_well(
    problem: BulkProblem, key: str, zone: tuple[Fraction, Fraction], strips: Mapping[str, int], near: Fraction
) -> bool:
    strip, rules = strips_of(problem)[strips.get(key, 0)], problem.rules
    off = all(
        min(zone[1], exact(end)) - max(zone[0], exact(begin)) <= near
        for begin, end in (*rules.forbidden, *strip.forbidden)
    )
    inside = zone[0] >= exact(strip.begin) - near and zone[1] <= exact(strip.end) + near
    return off and inside and rules.strips.get(key, strip.key) == strip.key


def _clear(problem: BulkProblem, centres: Centres, strips: Mapping[str, int], halves: Centres, near: Fraction) -> bool:
    least = exact(problem.rules.clearance) - near
    line = sorted(centres, key=lambda key: (strips.get(key, 0), centres[key]))
    return all(
        strips.get(a, 0) != strips.get(b, 0) or centres[b] - halves[b] - centres[a] - halves[a] >= least
        for a, b in pairwise(line)
    )


def _bound(problem: BulkProblem, centres: Centres, strips: Mapping[str, int], halves: Centres, near: Fraction) -> bool:
    """Whether groups stand together and others apart."""
    gap = exact(problem.rules.clearance)
    for group in problem.rules.together:
        span = max(centres[key] + halves[key] for key in group) - min(centres[key] - halves[key] for key in group)
        needed = 2 * sum((halves[key] for key in group), Fraction(0)) + gap * (len(group) - 1)
        if span > needed + near or len({strips.get(key, 0) for key in group}) > 1:
            return False
    return all(abs(centres[a] - centres[b]) >= exact(least) - near for a, b, least in problem.rules.apart)
