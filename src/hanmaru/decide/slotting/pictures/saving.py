"""What moving ever more materials saves: the objective against the number moved."""

from collections.abc import Sequence
from typing import Final

from hanmaru.decide.slotting.pictures.along import nice
from hanmaru.decide.slotting.pictures.canvas import MARGIN, WIDTH, Picture, circle, heading, line, path, text
from hanmaru.decide.slotting.pictures.palette import INK_SOFT, LINE, PINE
from hanmaru.decide.slotting.pictures.words import Words, figure

LEFT: Final = 150  # room for the figures of the scale
RIGHT: Final = WIDTH - MARGIN
TOP: Final = 100
HIGH: Final = 280
Points = Sequence[tuple[int, float]]
"""Materials moved and the objective, from the fewest moved on, each with a lower objective."""


def saving(points: Points, language: str) -> Picture:
    """Draw the curve of at least one point."""
    say = Words(language)
    most, top = max(moved for moved, _ in points) or 1, points[0][1] or 1.0
    low = points[-1][1] * 0.9
    places = [
        (LEFT + moved / most * (RIGHT - LEFT), TOP + (top - cost) / ((top - low) or 1) * HIGH) for moved, cost in points
    ]
    steps = f"M{places[0][0]:.1f} {places[0][1]:.1f}" + "".join(f"H{x:.1f}V{y:.1f}" for x, y in places[1:])
    parts = [heading(say("saving"), say("saving_note")), _scales(most, low, top)]
    parts.append(path(steps, stroke=PINE, stroke_width=3.5, stroke_linejoin="round"))
    tips = [say("saving_at", moved=figure(moved), cost=figure(round(cost, 2))) for moved, cost in points]
    parts += [circle(x, y, 5, PINE, tip=tip) for (x, y), tip in zip(places, tips, strict=True)]
    parts.append(line(LEFT, TOP + HIGH, RIGHT, TOP + HIGH, INK_SOFT))
    return Picture(say("saving"), TOP + HIGH + 50, "".join(parts))


def _scales(most: int, low: float, top: float) -> str:
    parts, step = [], nice(top - low, 5)
    tick = step * (low // step + 1)
    while tick <= top:
        y = TOP + (top - tick) / ((top - low) or 1) * HIGH
        parts.append(line(LEFT, y, RIGHT, y, LINE))
        parts.append(text(LEFT - 14, y + 5, figure(tick), 15, fill=INK_SOFT, text_anchor="end"))
        tick += step
    for moved in range(0, most + 1, max(1, round(nice(most, 8)))):
        x = LEFT + moved / most * (RIGHT - LEFT)
        parts.append(text(x, TOP + HIGH + 27, figure(moved), 15, fill=INK_SOFT, text_anchor="middle"))
    return "".join(parts)
