"""The pictures of a strip for a phone held upright: the strip runs downwards, today at the left, the plan at the right.

Names then stand level in their zones, and what is long goes on below instead of becoming too small to read.
"""

from collections.abc import Mapping
from functools import cached_property
from math import sqrt

from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem, Material
from hanmaru.decide.slotting.pictures.along import Along, Centres, cost, nice, strips, today
from hanmaru.decide.slotting.pictures.canvas import (
    NARROW,
    Picture,
    circle,
    fitting,
    hatched,
    headed,
    line,
    path,
    rect,
    text,
)
from hanmaru.decide.slotting.pictures.palette import (
    HEAT,
    INK,
    INK_SOFT,
    LINE,
    LINE_STRONG,
    PLANK,
    SHEET,
    between,
    on,
)
from hanmaru.decide.slotting.pictures.passes import Stretches, passing
from hanmaru.decide.slotting.pictures.words import Words, figure

AXIS = 58.0  # where the bar of colours stands; left of it are the coordinates
FIRST = 90.0  # where the first layout begins
PATH = 74.0  # room for bands between today and plan
MOST_LINES = 1500
"""Of more ways than these the busiest are drawn."""
Span = tuple[float, float]
"""Left edge and width."""


class Downwards(Along):
    """A strip as it lies on a narrow picture, from `top` downwards, high enough for most names."""

    @cached_property
    def high(self) -> float:
        """How high the strip is drawn."""
        return min(1500.0, max(460.0, 15.0 * len(self.problem.materials)))

    def y(self, coordinate: float) -> float:
        """Where a coordinate stands below the top of the strip."""
        start, end = self.ends
        return (coordinate - start) / (end - start) * self.high

    def scale(self, top: float, x: float) -> str:
        """Draw the coordinates, their figures ending at `x`."""
        start, end = self.ends
        step = nice(end - start, 14)
        ticks = [step * number for number in range(int(start // step), int(end // step) + 1)]
        return "".join(
            line(x + 3, top + self.y(tick), x + 8, top + self.y(tick), LINE_STRONG)
            + text(x, top + self.y(tick) + 4, figure(tick), 11, fill=INK_SOFT, text_anchor="end")
            for tick in ticks
            if start <= tick <= end
        )

    def bar(self, top: float) -> str:
        """Draw the bar of colours with the supply points on it, their numbers beside them."""
        steps, begin = 90, self.y(0)
        high = (self.y(self.problem.length) - begin) / steps
        parts = [
            rect(
                AXIS,
                top + begin + number * high,
                10,
                high + 0.6,
                self.colour_at((number + 0.5) / steps * self.problem.length),
            )
            for number in range(steps)
        ]
        reached = -99.0
        for number, point in sorted(enumerate(self.problem.supply_points), key=lambda one: one[1]):
            y = self.y(point)
            parts.append(circle(AXIS + 5, top + y, 5, SHEET, stroke=INK, stroke_width=1.8))
            if y - reached > 12:
                parts.append(text(AXIS + 14, top + y + 4, str(number), 12, font_weight=600))
                reached = y
        return "".join(parts)


def layout(problem: BulkProblem, plan: BulkPlan, language: str) -> Picture:
    """Draw where everything stands today (where that is known) and by the plan."""
    say, along, before = Words(language), Downwards(problem), today(problem)
    head, y = headed(say("where_along"), say("where_down_note"), NARROW)
    right = NARROW.right - FIRST
    wide = (right - PATH) / 2 if before else right
    top, after = y + 34, (NARROW.right - wide, wide)
    parts = [head, along.scale(top, AXIS - 8), along.bar(top)]
    if before:
        bands = (FIRST + wide, after[0])
        parts += [_columns(along, before, problem.today_strips, (FIRST, wide), top)]
        parts += [_bands(along, before, plan.positions, bands, top)]
        parts += [_named(say("today"), cost(problem, before, problem.today_strips), (FIRST, wide), y)]
    parts += [_columns(along, plan.positions, plan.strips, after, top)]
    parts += [_named(say("plan"), cost(problem, plan.positions, plan.strips), after, y)]
    legend, end = _legend(along, say, top + along.high + 32)
    return Picture(say("where_along"), end, "".join([*parts, legend]), NARROW.width)


def _named(name: str, cost_of: float, span: Span, y: float) -> str:
    """Write above a layout what it is and costs."""
    quiet = text(span[0], y + 19, figure(cost_of), 14, fill=INK_SOFT)
    return text(span[0], y, name, 16, font_weight=650) + quiet


def _columns(along: Downwards, centres: Centres, lying_on: Mapping[str, str], span: Span, top: float) -> str:
    """Draw one layout, its strips beside each other."""
    problem, grounds = along.problem, strips(along.problem)
    wide = span[1] / len(grounds)
    parts = []
    for number, ground in enumerate(grounds):
        x, inner = span[0] + number * wide, wide - (3 if number < len(grounds) - 1 else 0)
        high = along.y(ground.end) - along.y(ground.begin)
        parts.append(rect(x, top + along.y(ground.begin), inner, high, PLANK, rx=5))
        for start, end in (*problem.rules.forbidden, *ground.forbidden):
            parts.append(hatched(x, top + along.y(start), inner, along.y(end) - along.y(start)))
        here = (one for one in problem.materials if lying_on.get(one.key, ground.key) == ground.key)
        parts += [_zone(along, one, centres[one.key], (x, inner), top) for one in here if one.key in centres]
        if len(problem.strips) > 1:
            label = fitting(ground.key, inner, 12)
            parts.append(text(x + inner / 2, top + along.high + 15, label, 12, text_anchor="middle", fill=INK_SOFT))
    return "".join(parts)


def _zone(along: Downwards, material: Material, centre: float, span: Span, top: float) -> str:
    """Draw a zone with its name where there is room."""
    start, end = along.y(centre - material.width / 2), along.y(centre + material.width / 2)
    fill, high, middle = along.colour_of(material), end - start, top + (start + end) / 2
    gap = min(1.2, high * 0.12)
    look = {"rx": min(3.0, high / 4), "tip": f"{material.key}: {figure(centre)}"}
    parts = [rect(span[0], top + start + gap / 2, span[1], high - gap, fill, **look)]
    marked = material.key in along.shared
    if marked:
        radius = min(4.0, max(1.5, high / 3))
        parts.append(circle(span[0] + 8, middle, radius, SHEET, stroke=INK, stroke_width=1.1))
    size = min(12.0, high - 1.5)
    room = span[1] - (26 if marked else 8)
    if size >= 8 and (label := fitting(material.key, room, size)):
        x = span[0] + span[1] / 2 + (6 if marked else 0)
        parts.append(text(x, middle + 0.36 * size, label, size, fill=on(fill), text_anchor="middle", font_weight=600))
    return "".join(parts)


def _bands(along: Downwards, before: Centres, after: Centres, ends: Span, top: float) -> str:
    """Draw a band from where each material stood to where it will stand; what moves far is drawn last."""
    left, right = ends
    bend, bands = (left + right) / 2, []
    for material in sorted(along.problem.materials, key=lambda one: abs(after[one.key] - before[one.key])):
        half = material.width / 2
        upper, lower = top + along.y(before[material.key] - half), top + along.y(before[material.key] + half)
        to_upper, to_lower = top + along.y(after[material.key] - half), top + along.y(after[material.key] + half)
        steps = (
            f"M{left:.1f} {upper:.1f}C{bend:.1f} {upper:.1f} {bend:.1f} {to_upper:.1f} {right:.1f} {to_upper:.1f}"
            f"L{right:.1f} {to_lower:.1f}C{bend:.1f} {to_lower:.1f} {bend:.1f} {lower:.1f} {left:.1f} {lower:.1f}Z"
        )
        bands.append(path(steps, fill=along.colour_of(material), fill_opacity=0.26))
    return "".join(bands)


def _legend(along: Downwards, say: Words, y: float) -> tuple[str, float]:
    """Draw what marks mean; answer it and where it ends."""
    parts, rules = [], along.problem.rules
    if along.shared:
        parts.append(circle(NARROW.margin + 7, y - 5, 5, SHEET, stroke=INK, stroke_width=1.2))
        parts.append(text(NARROW.margin + 24, y, say("shared"), 14, fill=INK_SOFT))
        y += 26
    if rules.forbidden or any(one.forbidden for one in along.problem.strips):
        parts.append(hatched(NARROW.margin, y - 13, 16, 16))
        parts.append(text(NARROW.margin + 24, y, say("forbidden"), 14, fill=INK_SOFT))
        y += 26
    return "".join(parts), y - 8


def flows(problem: BulkProblem, plan: BulkPlan, language: str) -> Picture:
    """Draw all ways: from today's layout (where known) and from the plan's to the supply points between them."""
    say, along, before = Words(language), Downwards(problem), today(problem)
    head, y = headed(say("flows"), say("flows_down_note"), NARROW)
    top, bar, left = y + 34, 14.0, NARROW.margin
    points = (left + NARROW.right) / 2 if before else left + 8
    parts = [head]
    if before:
        parts.append(_ways(along, before, (left + bar, points), top) + _bar(along, before, (left, bar), top))
        parts.append(_named(say("today"), cost(problem, before, problem.today_strips), (left, bar), y))
    right = NARROW.right - bar
    parts.append(_ways(along, plan.positions, (right, points), top))
    parts.append(_bar(along, plan.positions, (right, bar), top))
    for number, point in enumerate(problem.supply_points):
        at = top + along.y(point)
        parts.append(circle(points, at, 9, SHEET, stroke=INK, stroke_width=1.8))
        parts.append(text(points, at + 4, str(number), 11, text_anchor="middle", font_weight=600))
    total = figure(cost(problem, plan.positions, plan.strips))
    parts.append(text(NARROW.right, y, say("plan"), 16, font_weight=650, text_anchor="end"))
    parts.append(text(NARROW.right, y + 19, total, 14, fill=INK_SOFT, text_anchor="end"))
    return Picture(say("flows"), top + along.high + 24, "".join(parts), NARROW.width)


def _bar(along: Downwards, centres: Centres, span: Span, top: float) -> str:
    """Draw a layout as a bar of its zones' colours."""
    return "".join(
        rect(
            span[0],
            top + along.y(centres[one.key] - one.width / 2),
            span[1],
            one.width / (along.ends[1] - along.ends[0]) * along.high,
            along.colour_of(one),
        )
        for one in along.problem.materials
    )


def _ways(along: Downwards, centres: Centres, ends: Span, top: float) -> str:
    """Draw the ways from zones at the one end to supply points at the other, the thicker the more trips."""
    problem, (left, right) = along.problem, ends
    ways = [
        (trips, along.y(centres[one.key]), along.y(point), along.colour_of(one))
        for one in problem.materials
        for point, trips in zip(problem.supply_points, one.trips, strict=True)
        if trips
    ]
    ways = sorted(ways, reverse=True)[:MOST_LINES]
    most, few, bend = ways[0][0], len(ways) < 300, (left + right) / 2
    return "".join(
        path(
            f"M{left:.1f} {top + y:.1f}C{bend:.1f} {top + y:.1f} {bend:.1f} {top + to:.1f} {right:.1f} {top + to:.1f}",
            stroke=colour,
            stroke_width=max(0.4, (6.0 if few else 3.0) * sqrt(trips / most)),
            stroke_opacity=0.5 if few else 0.28,
        )
        for trips, y, to, colour in ways
    )


def passes(problem: BulkProblem, plan: BulkPlan, language: str) -> Picture:
    """Draw the passes a day: today's (where known) to the left of the scale, the plan's to the right."""
    say, along, before = Words(language), Downwards(problem), today(problem)
    head, y = headed(say("passes"), say("passes_note"), NARROW)
    top, left = y + 40, NARROW.margin
    rows = [("plan", passing(problem, plan.positions))]
    if before:
        rows.append(("today", passing(problem, before)))
    most = max((count for _, row in rows for _, _, count in row), default=1.0) or 1.0
    scale = (left + NARROW.right) / 2 + 24 if before else left + 48
    room = NARROW.right - scale - 8 if not before else scale - 56 - left
    room = min(room, NARROW.right - scale - 8)
    parts = [head, along.scale(top, scale - 8)]
    for name, row in rows:
        sign = -1 if name == "today" else 1
        ground = scale - 56 if name == "today" else scale + 2
        parts.append(_bars(along, row, most, (ground, sign * room), top))
        x, anchor = (ground, "end") if sign < 0 else (ground, "start")
        busiest = say("busiest", count=figure(max((count for _, _, count in row), default=0.0)))
        parts.append(text(x, y, say(name), 16, font_weight=650, text_anchor=anchor))
        parts.append(text(x, y + 19, busiest, 13, fill=INK_SOFT, text_anchor=anchor))
    return Picture(say("passes"), top + along.high + 24, "".join(parts), NARROW.width)


def _bars(along: Downwards, row: Stretches, most: float, reach: Span, top: float) -> str:
    """Draw the passes of one layout as bars from `reach[0]`, the busiest as long as `reach[1]`, to its sign's side."""
    x, longest = reach
    bars = [
        rect(
            min(x, x + longest * count / most),
            top + along.y(start),
            abs(longest * count / most),
            along.y(end) - along.y(start) + 0.4,
            between(HEAT, 0.12 + 0.88 * count / most),
        )
        for start, end, count in row
    ]
    steps = "".join(
        f"V{top + along.y(start):.1f}H{x + longest * count / most:.1f}V{top + along.y(end):.1f}"
        for start, end, count in row
    )
    edge = path(f"M{x:.1f} {top + along.y(row[0][0]):.1f}{steps}H{x:.1f}", stroke=INK) if row else ""
    return "".join(bars) + edge + line(x, top, x, top + along.high, LINE, stroke_width=2)
