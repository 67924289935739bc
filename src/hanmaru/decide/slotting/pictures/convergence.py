"""How the plan got better and the bound rose to meet it."""

from collections.abc import Sequence
from itertools import pairwise
from math import floor, inf, log10

from hanmaru.decide.slotting.bulk.problem import BulkPlan
from hanmaru.decide.slotting.kitting.problem import KittingPlan
from hanmaru.decide.slotting.pictures.along import nice
from hanmaru.decide.slotting.pictures.canvas import MARGIN, WIDTH, Picture, circle, heading, line, path, text
from hanmaru.decide.slotting.pictures.palette import INK_SOFT, LINE, PERSIMMON, PINE, PINE_WASH
from hanmaru.decide.slotting.pictures.words import Words, figure
from hanmaru.decide.slotting.watch import Step

HIGH = 280
LEFT = 150  # room for the figures of the scale
RIGHT = WIDTH - 230  # room for the words at the lines' ends
TOP = 100
EARLIEST = 0.01  # seconds: what came before is drawn as if it came then

Span = tuple[float, float]
"""The first and the last moment that is drawn, in seconds."""


def convergence(plan: BulkPlan | KittingPlan, language: str) -> Picture:
    """Draw the history of a plan: objective above, bound below, the gap between them shaded."""
    say = Words(language)
    steps = [*plan.history, Step(plan.seconds, plan.objective, plan.bound)]
    span = _span(steps)
    low, high = _range(steps)
    xs = [_x(step.seconds, span) for step in steps]
    best = [None if step.best == inf else _y(step.best, low, high) for step in steps]
    bound = [_y(step.bound, low, high) if step.bound > 0 else None for step in steps]
    parts = [heading(say("search"), say("search_note")), _scales(low, high, span, say)]
    parts.append(_shade(xs, best, bound))
    parts += [_stairs(xs, bound, PERSIMMON), _stairs(xs, best, PINE)]
    parts.append(_ends(plan, xs[-1], (best[-1], bound[-1]), say))
    return Picture(say("search"), TOP + HIGH + 62, "".join(parts))


def _range(steps: Sequence[Step]) -> tuple[float, float]:
    """Answer what the scale reaches from and to: first plans that were far off, and first bounds, may lie outside."""
    last = steps[-1]
    bests = [step.best for step in steps if step.best < inf]
    bounds = [step.bound for step in steps if step.bound > 0]
    low = min([last.best * 0.9, *bounds[-1:], *(max(bound, last.best * 0.6) for bound in bounds)])
    high = min(max(bests), last.best + 3 * max(last.best - low, 1e-9 * last.best))
    high = max(high, last.best * 1.02, low + 1e-9)
    return low, high + 0.06 * (high - low)


def _span(steps: Sequence[Step]) -> Span:
    """Answer what the axis reaches from and to: from the power of ten before anything was known."""
    start = 10.0 ** floor(log10(max(steps[0].seconds, EARLIEST)))
    return start, max(steps[-1].seconds, 3 * start)


def _x(seconds: float, span: Span) -> float:
    """Where a moment stands: seconds by their powers of ten, as most happens early."""
    start, end = span
    return LEFT + log10(max(seconds, start) / start) / log10(end / start) * (RIGHT - LEFT)


def _y(value: float, low: float, high: float) -> float:
    share = (min(max(value, low), high) - low) / (high - low)
    return TOP + HIGH * (1 - share)


def _scales(low: float, high: float, span: Span, say: Words) -> str:
    parts, step = [], nice(high - low, 5)
    tick = step * (low // step + 1)
    while tick <= high:
        y = _y(tick, low, high)
        parts.append(line(LEFT, y, RIGHT, y, LINE))
        parts.append(text(LEFT - 14, y + 5, figure(tick), 15, fill=INK_SOFT, text_anchor="end"))
        tick += step
    moments = [factor * 10.0**power for power in range(-2, 7) for factor in (1, 3)]
    for moment in (one for one in moments if span[0] <= one * 1.0001 and one <= span[1] * 1.0001):
        x = _x(moment, span)
        parts.append(line(x, TOP + HIGH, x, TOP + HIGH + 7, INK_SOFT))
        parts.append(text(x, TOP + HIGH + 27, f"{moment:g}", 15, fill=INK_SOFT, text_anchor="middle"))
    parts.append(line(LEFT, TOP + HIGH, RIGHT, TOP + HIGH, INK_SOFT))
    parts.append(text(RIGHT + 14, TOP + HIGH + 27, say("seconds"), 15, fill=INK_SOFT))
    return "".join(parts)


def _stairs(xs: Sequence[float], ys: Sequence[float | None], stroke: str) -> str:
    steps = _stair_steps(xs, ys)
    return path(steps, stroke=stroke, stroke_width=3.5, stroke_linejoin="round") if steps else ""


def _stair_steps(xs: Sequence[float], ys: Sequence[float | None]) -> str:
    steps = ""
    for x, y in zip(xs, ys, strict=True):
        if y is not None:
            steps += f"H{x:.1f}V{y:.1f}" if steps else f"M{x:.1f} {y:.1f}"
    return steps


def _shade(xs: Sequence[float], best: Sequence[float | None], bound: Sequence[float | None]) -> str:
    """Fill between plan and bound from the moment at which both are known."""
    known = zip(xs, best, bound, strict=True)
    both = [(x, top, low) for x, top, low in known if top is not None and low is not None]
    if not both:
        return ""
    upper = _stair_steps([x for x, _, _ in both], [top for _, top, _ in both])
    back = f"V{both[-1][2]:.1f}"
    for (x, _, low), _ in reversed(list(pairwise(both))):
        back += f"V{low:.1f}H{x:.1f}"
    return path(f"{upper}{back}Z", fill=PINE_WASH)


def _ends(plan: BulkPlan | KittingPlan, x: float, ends: tuple[float | None, float | None], say: Words) -> str:
    """Write at the ends of the lines what they are, apart from each other."""
    best, bound = ends[0] if ends[0] is not None else TOP + HIGH / 2, ends[1]
    parts = [circle(x, best, 7, PINE)]
    parts.append(text(x + 18, best - 4, say("best", figure=figure(plan.objective)), 18, fill=PINE, font_weight=680))
    below = best + 20
    if bound is not None and not plan.optimal:
        parts.append(circle(x, bound, 7, PERSIMMON))
        below = max(bound + 5, best + 20)
        words = say("bound", figure=figure(plan.bound))
        parts.append(text(x + 18, below, words, 18, fill=PERSIMMON, font_weight=680))
    parts.append(text(WIDTH - MARGIN, 34, verdict(plan, say), 19, font_weight=650, text_anchor="end"))
    return "".join(parts)


def verdict(plan: BulkPlan | KittingPlan, say: Words) -> str:
    """Say how good a plan is known to be."""
    if plan.optimal or plan.objective <= 0:
        return say("proven")
    if plan.bound <= 0:
        return say("unknown")
    return say("gap", gap=f"{100 * (plan.objective - plan.bound) / plan.objective:.2g}")
