"""How many trips pass each place along a strip: a band of heat and its height, today and by the plan."""

from collections import defaultdict
from itertools import pairwise

from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.pictures.along import Along, Centres, today
from hanmaru.decide.slotting.pictures.canvas import MARGIN, Picture, circle, heading, line, path, rect, text, width_of
from hanmaru.decide.slotting.pictures.palette import HEAT, INK, LINE, SHEET, between
from hanmaru.decide.slotting.pictures.words import Words, figure

HIGH = 130
Stretches = list[tuple[float, float, float]]
"""From, to, trips that pass."""


def passes(problem: BulkProblem, plan: BulkPlan, language: str) -> Picture:
    """Draw the passes a day along the strip, today's (where known) above the plan's, to one scale."""
    say, along, before = Words(language), Along(problem), today(problem)
    rows = [(name, passing(problem, c)) for name, c in (("today", before), ("plan", plan.positions)) if c is not None]
    most = max((count for _, row in rows for _, _, count in row), default=1.0) or 1.0
    parts, y = [heading(say("passes"), say("passes_note"))], 96.0
    for name, row in rows:
        parts.append(_row(along, row, most, (say(name), say), y))
        y += HIGH + 70
    parts.append(along.axis(y - 34))
    return Picture(say("passes"), y + 4, "".join(parts))


def passing(problem: BulkProblem, centres: Centres) -> Stretches:
    """Answer the trips that pass each stretch between two neighbouring centres or supply points, each way once."""
    change: dict[float, float] = defaultdict(float)
    for material in problem.materials:
        for point, trips in zip(problem.supply_points, material.trips, strict=True):
            start, end = sorted((centres[material.key], point))
            change[start] += trips
            change[end] -= trips
    stretches, count = [], 0.0
    for start, end in pairwise(sorted(change)):
        count += change[start]
        stretches.append((start, end, max(0.0, count)))
    return stretches


def _row(along: Along, row: Stretches, most: float, named: tuple[str, Words], y: float) -> str:
    name, say = named
    ground = y + 18 + HIGH
    bars = "".join(
        rect(
            along.x(start),
            ground - HIGH * count / most,
            along.x(end) - along.x(start) + 0.4,
            HIGH * count / most,
            between(HEAT, 0.12 + 0.88 * count / most),
        )
        for start, end, count in row
    )
    steps = "".join(f"H{along.x(start):.1f}V{ground - HIGH * n / most:.1f}H{along.x(end):.1f}" for start, end, n in row)
    edge = path(f"M{along.x(row[0][0]):.1f} {ground:.1f}{steps}V{ground:.1f}", stroke=INK) if row else ""
    base = line(along.x(along.ends[0]), ground, along.x(along.ends[1]), ground, LINE, stroke_width=2)
    label = text(MARGIN, y, name, 19, font_weight=650)
    return label + bars + edge + base + _busiest(along, row, most, say, ground)


def _busiest(along: Along, row: Stretches, most: float, say: Words, ground: float) -> str:
    if not row:
        return ""
    start, end, count = max(row, key=lambda stretch: stretch[2])
    x, y = along.x((start + end) / 2), ground - HIGH * count / most
    words = say("busiest", count=figure(count))
    near_end = x + 16 + width_of(words, 17) > along.x(along.ends[1])
    side = {"text_anchor": "end"} if near_end else {}
    label = text(x - 14 if near_end else x + 14, y - 6, words, 17, font_weight=650, **side)
    return circle(x, y, 6, SHEET, stroke=INK, stroke_width=2.2) + label
