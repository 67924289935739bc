"""How the plan got better and the bound rose to meet it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, inf, log10

from hanmaru.decide.slotting.bulk.problem import BulkPlan
from hanmaru.decide.slotting.kitting.problem import KittingPlan
from hanmaru.decide.slotting.pictures.along import nice
from hanmaru.decide.slotting.pictures.canvas import WIDE, Format, Picture, circle, headed, line, lines, path, text
from hanmaru.decide.slotting.pictures.palette import INK_SOFT, LINE, PERSIMMON, PINE, PINE_WASH
from hanmaru.decide.slotting.pictures.words import Words, figure
from hanmaru.decide.slotting.watch import Step

HIGH = 280
EARLIEST = 0.01  # seconds: what came before is drawn as if it came then

Span = tuple[float, float]
"""The first and the last moment that is drawn, in seconds."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the lines are drawn in, and the figures that its axes reach from and to."""

    form: Format
    top: float
    low: float
    high: float
    span: Span

    @property
    def left(self) -> float:
        """Where the lines begin: left of it stand the figures of the scale."""
        return 150 if self.form == WIDE else 86

    @property
    def right(self) -> float:
        """Where they end; on a wide picture what they are is written there."""
        return self.form.width - 230 if self.form == WIDE else self.form.right - 12

    def x(self, seconds: float) -> float:
        """Where a moment stands: seconds by their powers of ten, as most happens early."""
        start, end = self.span
        return self.left + log10(max(seconds, start) / start) / log10(end / start) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Where a figure stands."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.top + HIGH * (1 - share)


def convergence(plan: BulkPlan | KittingPlan, language: str, form: Format = WIDE) -> Picture:
    """Draw the history of a plan: objective above, bound below, the gap between them shaded."""
    say = Words(language)
    steps = [*plan.history, Step(plan.seconds, plan.objective, plan.bound)]
    head, y = headed(say("search"), say("search_note"), form)
    said, top = (_verdict_aside(plan, say, form), 100.0) if form == WIDE else _said(plan, say, y, form)
    frame = _Frame(form, top, *_range(steps), _span(steps))
    xs = [frame.x(step.seconds) for step in steps]
    best = [None if step.best == inf else frame.y(step.best) for step in steps]
    bound = [frame.y(step.bound) if step.bound > 0 else None for step in steps]
    parts = [head, said, _scales(frame, say), _shade(xs, best, bound)]
    parts += [_stairs(xs, bound, PERSIMMON), _stairs(xs, best, PINE)]
    parts.append(_ends(plan, xs[-1], (best[-1], bound[-1]), frame, say))
    return Picture(say("search"), top + HIGH + 62, "".join(parts), form.width)


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


def _scales(frame: _Frame, say: Words) -> str:
    low, high, span, floor_at = frame.low, frame.high, frame.span, frame.top + HIGH
    size, aside = (15, 14) if frame.form == WIDE else (12, 8)
    parts, step = [], nice(high - low, 5)
    tick = step * (low // step + 1)
    while tick <= high:
        y = frame.y(tick)
        parts.append(line(frame.left, y, frame.right, y, LINE))
        parts.append(text(frame.left - aside, y + 5, figure(tick), size, fill=INK_SOFT, text_anchor="end"))
        tick += step
    moments = [factor * 10.0**power for power in range(-2, 7) for factor in (1, 3)]
    for moment in (one for one in moments if span[0] <= one * 1.0001 and one <= span[1] * 1.0001):
        x = frame.x(moment)
        parts.append(line(x, floor_at, x, floor_at + 7, INK_SOFT))
        parts.append(text(x, floor_at + 27, f"{moment:g}", size, fill=INK_SOFT, text_anchor="middle"))
    parts.append(line(frame.left, floor_at, frame.right, floor_at, INK_SOFT))
    if frame.form == WIDE:
        parts.append(text(frame.right + 14, floor_at + 27, say("seconds"), size, fill=INK_SOFT))
    else:
        parts.append(text(frame.form.right, floor_at + 48, say("seconds"), size, fill=INK_SOFT, text_anchor="end"))
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


def _verdict_aside(plan: BulkPlan | KittingPlan, say: Words, form: Format) -> str:
    return text(form.right, 34, verdict(plan, say), 19, font_weight=650, text_anchor="end")


def _said(plan: BulkPlan | KittingPlan, say: Words, y: float, form: Format) -> tuple[str, float]:
    """Write above a narrow picture how good the plan is and what its lines are; answer where they are drawn."""
    told, y = lines(verdict(plan, say), 15, y, form, font_weight=650)
    parts = [told]
    for key, value, colour in (("best", plan.objective, PINE), ("bound", plan.bound, PERSIMMON)):
        if key == "best" or (value > 0 and not plan.optimal):
            y += 26
            parts.append(circle(form.margin + 6, y - 5, 6, colour))
            parts.append(text(form.margin + 20, y, say(key, figure=figure(value)), 15, fill=colour, font_weight=680))
    return "".join(parts), y + 26


def _ends(
    plan: BulkPlan | KittingPlan, x: float, ends: tuple[float | None, float | None], frame: _Frame, say: Words
) -> str:
    """Write at the ends of the lines what they are, apart from each other; on a narrow picture mark them alone."""
    best, bound = ends[0] if ends[0] is not None else frame.top + HIGH / 2, ends[1]
    parts = [circle(x, best, 7, PINE)]
    if frame.form != WIDE:
        return "".join([*parts, circle(x, bound, 7, PERSIMMON) if bound is not None and not plan.optimal else ""])
    parts.append(text(x + 18, best - 4, say("best", figure=figure(plan.objective)), 18, fill=PINE, font_weight=680))
    below = best + 20
    if bound is not None and not plan.optimal:
        parts.append(circle(x, bound, 7, PERSIMMON))
        below = max(bound + 5, best + 20)
        words = say("bound", figure=figure(plan.bound))
        parts.append(text(x + 18, below, words, 18, fill=PERSIMMON, font_weight=680))
    return "".join(parts)


def verdict(plan: BulkPlan | KittingPlan, say: Words) -> str:
    """Say how good a plan is known to be."""
    if plan.optimal or plan.objective <= 0:
        return say("proven")
    if plan.bound <= 0:
        return say("unknown")
    return say("gap", gap=f"{100 * (plan.objective - plan.bound) / plan.objective:.2g}")
