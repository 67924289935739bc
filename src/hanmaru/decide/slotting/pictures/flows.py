"""Ways from materials to supply points as lines, today and by the plan: upright is short, a tangle is long."""

from collections.abc import Mapping
from math import sqrt

from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.pictures.along import Along, Centres, cost, today
from hanmaru.decide.slotting.pictures.canvas import MARGIN, WIDTH, Picture, circle, heading, path, rect, text
from hanmaru.decide.slotting.pictures.palette import INK, SHEET
from hanmaru.decide.slotting.pictures.words import Words, figure

HIGH = 170
MOST_LINES = 3000
"""Of more ways than these the busiest are drawn: the others could not be told apart."""


def flows(problem: BulkProblem, plan: BulkPlan, language: str) -> Picture:
    """Draw all ways, today's (where known) above the plan's."""
    say, along, before = Words(language), Along(problem), today(problem)
    parts, y = [heading(say("flows"), say("flows_note"))], 100.0
    for name, centres in (("today", before), ("plan", plan.positions)):
        if centres is not None:
            on = plan.strips if name == "plan" else problem.today_strips
            parts.append(_panel(along, centres, on, say(name), y))
            y += HIGH + 92 + 16 * max(0, len(problem.strips) - 1)
    return Picture(say("flows"), y - 26, "".join(parts))


def _panel(along: Along, centres: Centres, on: Mapping[str, str], name: str, y: float) -> str:
    top, bottom = y + 34, y + 34 + HIGH
    problem = along.problem
    ways = [
        (trips, along.x(centres[one.key]), along.x(point), along.colour_of(one))
        for one in problem.materials
        for point, trips in zip(problem.supply_points, one.trips, strict=True)
        if trips
    ]
    ways = sorted(ways, reverse=True)[:MOST_LINES]
    most, thick = ways[0][0], 9.0 if len(ways) < 300 else 4.0
    bend = (top + bottom) / 2
    lines = "".join(
        path(
            f"M{x:.1f} {bottom:.1f}C{x:.1f} {bend:.1f} {to:.1f} {bend:.1f} {to:.1f} {top:.1f}",
            stroke=colour,
            stroke_width=max(0.4, thick * sqrt(trips / most)),
            stroke_opacity=0.5 if len(ways) < 300 else 0.28,
        )
        for trips, x, to, colour in ways
    )
    rows = {strip.key: bottom + 16 * number for number, strip in enumerate(problem.strips)}
    zones = "".join(
        rect(
            along.x(centres[one.key] - one.width / 2),
            rows.get(on.get(one.key, ""), bottom),
            one.width * _pixels(along),
            14,
            along.colour_of(one),
        )
        for one in problem.materials
    )
    points = "".join(
        circle(along.x(point), top, 7, SHEET, stroke=INK, stroke_width=2.2)
        + text(along.x(point), top - 14, str(number), 14, text_anchor="middle", font_weight=600)
        for number, point in enumerate(problem.supply_points)
    )
    label = text(MARGIN, y, name, 19, font_weight=650)
    total = text(WIDTH - MARGIN, y, figure(cost(problem, centres, on)), 19, font_weight=650, text_anchor="end")
    return label + total + lines + zones + points


def _pixels(along: Along) -> float:
    """Answer pixels for one unit of length."""
    return (along.x(along.problem.length) - along.x(0)) / along.problem.length
