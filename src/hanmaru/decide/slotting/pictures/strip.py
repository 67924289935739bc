"""The layout of a strip, before and after: the same material has the same colour, bands show where each one went."""

from collections.abc import Mapping

from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem, Material, Strip
from hanmaru.decide.slotting.pictures.along import Along, Centres, cost, strips, today
from hanmaru.decide.slotting.pictures.canvas import (
    MARGIN,
    WIDTH,
    Picture,
    circle,
    fitting,
    hatched,
    heading,
    line,
    path,
    rect,
    text,
    width_of,
)
from hanmaru.decide.slotting.pictures.palette import (
    INK,
    INK_SOFT,
    PLANK,
    SHEET,
    on,
)
from hanmaru.decide.slotting.pictures.words import Words, figure

ZONE = 84  # height of a strip
BETWEEN = 96  # room for the bands from before to after


def layout(problem: BulkProblem, plan: BulkPlan, language: str) -> Picture:
    """Draw where everything stands today (where that is known) and by the plan."""
    say, along, before = Words(language), Along(problem), today(problem)
    parts, y = [heading(say("where_along"), say("where_along_note")), _points(along, 84)], 156.0
    if before:
        parts += [
            _name(say("today"), figure(cost(problem, before, problem.today_strips)), y),
            *_strips(along, before, problem.today_strips, y),
        ]
        y += (14 + ZONE) * len(strips(problem))
        parts.append(_bands(along, before, plan.positions, y))
        y += BETWEEN
    parts.append(_name(say("plan"), figure(cost(problem, plan.positions, plan.strips)), y))
    parts += _strips(along, plan.positions, plan.strips, y)
    y += (14 + ZONE) * len(strips(problem))
    parts += [along.axis(y + 4), _legend(along, say, y + 58)]
    return Picture(say("where_along"), y + 76, "".join(parts))


def _points(along: Along, y: float) -> str:
    """Draw the bar of colours with the supply points on it."""
    start, steps = along.x(0), 90
    wide = (along.x(along.problem.length) - start) / steps
    bar = "".join(
        rect(
            start + number * wide,
            y + 20,
            wide + 0.6,
            12,
            along.colour_at((number + 0.5) / steps * along.problem.length),
        )
        for number in range(steps)
    )
    pins, reached = [], -99.0
    for point in sorted(along.problem.supply_points):
        x = along.x(point)
        pins.append(
            line(x, y + 14, x, y + 38, INK, stroke_width=2) + circle(x, y + 26, 6, SHEET, stroke=INK, stroke_width=2)
        )
        if x - reached > 14:
            number = along.problem.supply_points.index(point)
            pins.append(text(x, y + 8, str(number), 14, text_anchor="middle", font_weight=600))
            reached = x + width_of(str(number), 14)
    return bar + "".join(pins)


def _name(name: str, cost_of: str, y: float) -> str:
    """Write above a strip what it is and costs; a rim of paper keeps bands away from the words."""
    look = {"font_weight": 650, "stroke": SHEET, "stroke_width": 6, "paint_order": "stroke"}
    return text(MARGIN, y, name, 19, **look) + text(WIDTH - MARGIN, y, cost_of, 19, text_anchor="end", **look)


def _strips(along: Along, centres: Centres, on: Mapping[str, str], y: float) -> list[str]:
    """Draw one layout of all strips below each other."""
    return [
        _strip(
            along,
            {key: x for key, x in centres.items() if on.get(key, ground.key) == ground.key},
            y + 14 + (14 + ZONE) * number,
            ground,
        )
        for number, ground in enumerate(strips(along.problem))
    ]


def _strip(along: Along, centres: Centres, y: float, ground: Strip) -> str:
    """Draw one layout of one strip; a strip that is one of several has its name written at its side."""
    problem = along.problem
    start, end = along.x(ground.begin), along.x(ground.end)
    parts = [rect(start, y, end - start, ZONE, PLANK, rx=6)]
    parts += [_forbidden(along, stretch, y) for stretch in (*problem.rules.forbidden, *ground.forbidden)]
    parts += [_zone(along, one, centres[one.key], y) for one in problem.materials if one.key in centres]
    if len(problem.strips) > 1:
        place = f"translate({start - 10:.1f} {y + ZONE - 4:.1f}) rotate(-90)"
        words = fitting(ground.key, ZONE, 15)
        parts.append(f'<g transform="{place}">{text(0, 0, words, 15, fill=INK_SOFT, font_weight=600)}</g>')
    return "".join(parts)


def _forbidden(along: Along, stretch: tuple[float, float], y: float) -> str:
    start, end = along.x(stretch[0]), along.x(stretch[1])
    return hatched(start, y, end - start, ZONE)


def _zone(along: Along, material: Material, centre: float, y: float) -> str:
    """Draw a zone with its name, upright where there is room, else turned, else none."""
    start, end = along.x(centre - material.width / 2), along.x(centre + material.width / 2)
    fill, wide, middle = along.colour_of(material), end - start, (start + end) / 2
    gap = min(1.2, wide * 0.12)
    tip = f"{material.key}: {figure(centre)}"
    parts = [rect(start + gap / 2, y, wide - gap, ZONE, fill, rx=min(4.0, wide / 4), tip=tip)]
    if material.key in along.shared:
        radius = min(6.0, max(2.0, wide / 4))
        parts.append(circle(middle, y + 13, radius, SHEET, stroke=INK, stroke_width=1.2))
    label = fitting(material.key, wide - 6, 15)
    if label == material.key:
        parts.append(text(middle, y + ZONE / 2 + 8, label, 15, fill=on(fill), text_anchor="middle", font_weight=600))
    elif wide >= 13 and (turned := fitting(material.key, ZONE - 30, min(14.0, wide - 1))):
        place = f"translate({middle + 5:.1f} {y + ZONE - 8:.1f}) rotate(-90)"
        size = min(14.0, wide - 1)
        parts.append(f'<g transform="{place}">{text(0, 0, turned, size, fill=on(fill), font_weight=600)}</g>')
    return "".join(parts)


def _bands(along: Along, before: Centres, after: Centres, y: float) -> str:
    """Draw a band from where each material stood to where it will stand; what moves far is drawn last."""
    top, bottom = y + 2, y + BETWEEN + 12
    bend = (top + bottom) / 2
    bands = []
    far = sorted(along.problem.materials, key=lambda one: abs(after[one.key] - before[one.key]))
    for material in far:
        half = material.width / 2
        left, right = along.x(before[material.key] - half), along.x(before[material.key] + half)
        to_left, to_right = along.x(after[material.key] - half), along.x(after[material.key] + half)
        steps = (
            f"M{left:.1f} {top:.1f}C{left:.1f} {bend:.1f} {to_left:.1f} {bend:.1f} {to_left:.1f} {bottom:.1f}"
            f"L{to_right:.1f} {bottom:.1f}C{to_right:.1f} {bend:.1f} {right:.1f} {bend:.1f} {right:.1f} {top:.1f}Z"
        )
        bands.append(path(steps, fill=along.colour_of(material), fill_opacity=0.26))
    return "".join(bands)


def _legend(along: Along, say: Words, y: float) -> str:
    parts, x = [], float(MARGIN)
    if along.shared:
        parts += [circle(x + 7, y - 5, 6, SHEET, stroke=INK, stroke_width=1.2)]
        parts += [text(x + 22, y, say("shared"), 16, fill=INK_SOFT)]
        x += 50 + width_of(say("shared"), 16)
    if along.problem.rules.forbidden or any(one.forbidden for one in along.problem.strips):
        parts += [
            hatched(x, y - 14, 18, 18),
            text(x + 28, y, say("forbidden"), 16, fill=INK_SOFT),
        ]
    return "".join(parts)
