"""The free stretches of all strips: what pillars, doors and fixed zones leave, clear gaps counted in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hanmaru.decide.slotting.bulk.numbers import exact
from hanmaru.decide.slotting.bulk.problem import BulkProblem, Strip

Stretch = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Stand:
    """What is fixed: a material by index, the number of its strip, its centre."""

    item: int
    strip: int
    centre: Fraction


@dataclass(frozen=True, slots=True)
class Free:
    """A free stretch of strip number `strip`; zones are counted with the clear gap on their right, and so is its end.

    `begin` is clear of whatever lies on its left. Where what parts it from there is less than a clear gap, and nothing
    lies near, zones may begin from `open` on.
    """

    begin: Fraction
    end: Fraction
    strip: int
    detour: Fraction
    open: Fraction


def strips_of(problem: BulkProblem) -> tuple[Strip, ...]:
    """The strips; without any, one as long as the problem says."""
    return problem.strips or (Strip("", 0, problem.length),)


def standing(problem: BulkProblem) -> tuple[Stand, ...]:
    """What is fixed."""
    number = {strip.key: place for place, strip in enumerate(strips_of(problem))}
    rules = problem.rules
    return tuple(
        Stand(item, number[rules.strips.get(material.key, strips_of(problem)[0].key)], exact(rules.fixed[material.key]))
        for item, material in enumerate(problem.materials)
        if material.key in rules.fixed
    )


def rooms_of(problem: BulkProblem) -> list[Free]:
    """The free stretches, strip by strip, from left to right."""
    clearance = exact(problem.rules.clearance)
    rooms: list[Free] = []
    for number, strip in enumerate(strips_of(problem)):
        blocked = [(exact(a), exact(b)) for a, b in (*problem.rules.forbidden, *strip.forbidden)]
        for stand in standing(problem):
            if stand.strip == number:
                half = exact(problem.materials[stand.item].width) / 2 + clearance
                blocked.append((stand.centre - half, stand.centre + half))
        reached: Fraction | None = None
        for begin, end in _left_over((exact(strip.begin), exact(strip.end)), blocked):
            clear = begin if reached is None else min(end, max(begin, reached + clearance))
            rooms.append(Free(clear, end + clearance, number, exact(strip.detour), begin))
            reached = end
    return rooms


def _left_over(whole: Stretch, blocked: Iterable[Stretch]) -> Sequence[Stretch]:
    """What is left of a stretch."""
    free, reached = [], whole[0]
    for begin, end in sorted(blocked):
        if begin > reached:
            free.append((reached, min(begin, whole[1])))
        reached = max(reached, end)
    if reached < whole[1]:
        free.append((reached, whole[1]))
    return [stretch for stretch in free if stretch[0] < stretch[1]]
