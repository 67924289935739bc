"""What all pictures of a strip share: where a coordinate stands, which colour a material has, what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import fsum, log10

from hanmaru.decide.slotting.bulk.problem import BulkProblem, Material, Strip
from hanmaru.decide.slotting.pictures.canvas import MARGIN, WIDTH, line, text
from hanmaru.decide.slotting.pictures.palette import ALONG, INK_SOFT, LINE_STRONG, between
from hanmaru.decide.slotting.pictures.words import figure

SHARED = 0.5
"""A material is shared when no supply point gets more than this part of its trips."""
Centres = Mapping[str, float]


@dataclass(frozen=True)
class Along:
    """A strip as it lies on a picture."""

    problem: BulkProblem

    @cached_property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest coordinate that is shown: supply points may lie beyond the strip."""
        points = self.problem.supply_points
        return min(0.0, *points), max(self.problem.length, *points)

    def x(self, coordinate: float) -> float:
        """Where a coordinate stands."""
        start, end = self.ends
        return MARGIN + (coordinate - start) / (end - start) * (WIDTH - 2 * MARGIN)

    def colour_at(self, coordinate: float) -> str:
        """The colour of a place along the strip."""
        return between(ALONG, coordinate / self.problem.length)

    def colour_of(self, material: Material) -> str:
        """The colour of the place where a material is wanted."""
        return self.colour_at(wanted(material, self.problem.supply_points))

    @cached_property
    def shared(self) -> frozenset[str]:
        """The materials that several places want; none when all are such."""
        found = frozenset(one.key for one in self.problem.materials if max(one.trips) <= SHARED * sum(one.trips))
        return frozenset() if len(found) == len(self.problem.materials) else found

    def axis(self, y: float) -> str:
        """Draw the coordinates below a strip."""
        start, end = self.ends
        step = nice(end - start, 9)
        ticks = [step * number for number in range(int(start // step), int(end // step) + 1)]
        return "".join(
            line(self.x(tick), y, self.x(tick), y + 6, LINE_STRONG)
            + text(self.x(tick), y + 24, figure(tick), 14, fill=INK_SOFT, text_anchor="middle")
            for tick in ticks
            if start <= tick <= end
        )


def wanted(material: Material, points: tuple[float, ...]) -> float:
    """Answer where a material would be carried least, were it alone: the weighted median of its supply points."""
    ways = sorted((point, trips) for point, trips in zip(points, material.trips, strict=True) if trips)
    half, seen = sum(trips for _, trips in ways) / 2, 0.0
    for point, trips in ways:
        seen += trips
        if seen >= half:
            return point
    return points[0]


def cost(problem: BulkProblem, centres: Centres, on: Mapping[str, str] | None = None) -> float:
    """Answer trips times way of a layout, over all; `on` tells the strip of each material where there are several."""
    detours = {strip.key: strip.detour for strip in problem.strips}
    return fsum(
        trips * (abs(centres[material.key] - point) + detours.get((on or {}).get(material.key, ""), 0.0))
        for material in problem.materials
        for point, trips in zip(problem.supply_points, material.trips, strict=True)
    )


def today(problem: BulkProblem) -> Centres | None:
    """Answer today's layout if it tells of every material: only then before and after can be compared.

    Of several strips it must tell the strip of each, too.
    """
    known, on = problem.today or {}, problem.today_strips
    several = len(problem.strips) > 1
    whole = all(one.key in known and (one.key in on or not several) for one in problem.materials)
    return known if whole else None


def strips(problem: BulkProblem) -> tuple[Strip, ...]:
    """Answer the strips; without any, one as long as the problem says."""
    return problem.strips or (Strip("", 0.0, problem.length),)


def nice(span: float, most: int) -> float:
    """Answer a round step that divides a span into at most so many parts."""
    rough = max(span, 1e-12) / most
    power = 10.0 ** int(log10(rough) // 1)
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
