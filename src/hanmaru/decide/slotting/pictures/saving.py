"""What moving ever more materials saves: the objective against the number moved."""

from collections.abc import Sequence
from typing import Final

from hanmaru.decide.slotting.pictures.along import nice
from hanmaru.decide.slotting.pictures.canvas import WIDE, Format, Picture, circle, headed, line, path, text
from hanmaru.decide.slotting.pictures.palette import INK_SOFT, LINE, PINE
from hanmaru.decide.slotting.pictures.words import Words, figure

HIGH: Final = 280
Points = Sequence[tuple[int, float]]
"""Materials moved and the objective, from the fewest moved on, each with a lower objective."""


def saving(points: Points, language: str, form: Format = WIDE) -> Picture:
    """Draw the curve of at least one point."""
    say = Words(language)
    head, start = headed(say("saving"), say("saving_note"), form)
    begin, end, start = _left(form), form.right - (0 if form == WIDE else 12), start + 2
    most, top = max(moved for moved, _ in points) or 1, points[0][1] or 1.0
    low = points[-1][1] * 0.9
    places = [
        (begin + moved / most * (end - begin), start + (top - cost) / ((top - low) or 1) * HIGH)
        for moved, cost in points
    ]
    steps = f"M{places[0][0]:.1f} {places[0][1]:.1f}" + "".join(f"H{x:.1f}V{y:.1f}" for x, y in places[1:])
    parts = [head, _scales(most, (low, top), (begin, end, start), form)]
    parts.append(path(steps, stroke=PINE, stroke_width=3.5, stroke_linejoin="round"))
    tips = [say("saving_at", moved=figure(moved), cost=figure(round(cost, 2))) for moved, cost in points]
    parts += [circle(x, y, 5, PINE, tip=tip) for (x, y), tip in zip(places, tips, strict=True)]
    parts.append(line(begin, start + HIGH, end, start + HIGH, INK_SOFT))
    return Picture(say("saving"), start + HIGH + 50, "".join(parts), form.width)


def _left(form: Format) -> float:
    """Answer where the curve begins: left of it stand the figures of the scale."""
    return 150 if form == WIDE else 86


def _scales(most: int, reach: tuple[float, float], spot: tuple[float, float, float], form: Format) -> str:
    (low, top), (begin, end, start) = reach, spot
    size, aside, many = (15, 14, 8) if form == WIDE else (12, 8, 5)
    parts, step = [], nice(top - low, 5)
    tick = step * (low // step + 1)
    while tick <= top:
        y = start + (top - tick) / ((top - low) or 1) * HIGH
        parts.append(line(begin, y, end, y, LINE))
        parts.append(text(begin - aside, y + 5, figure(tick), size, fill=INK_SOFT, text_anchor="end"))
        tick += step
    for moved in range(0, most + 1, max(1, round(nice(most, many)))):
        x = begin + moved / most * (end - begin)
        parts.append(text(x, start + HIGH + 27, figure(moved), size, fill=INK_SOFT, text_anchor="middle"))
    return "".join(parts)
