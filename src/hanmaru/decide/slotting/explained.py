"""A plan explained in sentences, for people, in English and Korean: how good it is, how it came about, why here."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import inf
from typing import Any, Final

from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.formats.why import why_along, why_inside
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.kitting.walk import Block, walked
from hanmaru.decide.slotting.pictures.convergence import verdict
from hanmaru.decide.slotting.pictures.words import Words, figure
from hanmaru.decide.slotting.watch import Step

STEPS: Final = 8
"""So many steps of a history are told."""

Problem = BulkProblem | KittingProblem
Plan = BulkPlan | KittingPlan


def explained(problem: Problem, plan: Plan, language: str, keys: Sequence[str] | None, most: int) -> list[str]:
    """Answer lines: the plan's figures, its history, and a paragraph for each of `keys`.

    Without keys: for the `most` materials that cost most.
    """
    say = Words(language)
    more: list[str] = []
    tell: Callable[[str, Mapping[str, Any]], list[str]]
    if isinstance(problem, BulkProblem) and isinstance(plan, BulkPlan):
        why, tell = why_along(problem, plan), partial(_along, plan, say)
    elif isinstance(problem, KittingProblem) and isinstance(plan, KittingPlan):
        why, tell = why_inside(problem, plan), partial(_inside, plan, problem, say)
        more = _walk(problem, plan, say)
    else:
        raise TypeError(f"{type(plan).__name__} is no plan of a {type(problem).__name__}")
    dearest = sorted(why, key=lambda key: (-why[key]["cost"], key))[:most]
    lines = [*_figures(plan, say), *more, *_history(plan.history, say)]
    for key in dearest if keys is None else keys:
        lines += ["", *tell(key, why[key])]
    return lines


def _figures(plan: Plan, say: Words) -> list[str]:
    facts = {"objective": figure(plan.objective), "bound": figure(plan.bound)}
    made = {"seconds": figure(round(plan.seconds, 1)), "seed": plan.seed, "method": plan.method or "?"}
    return [say("why_plan", **facts), f"{verdict(plan, say)}.", say("why_made", **made)]


def _walk(problem: KittingProblem, plan: KittingPlan, say: Words) -> list[str]:
    """Tell the exact walk beside the objective, which counts aisles; it knows one in/out point and one floor."""
    if problem.rules.depots or problem.rules.level_of:
        return []
    block = Block()
    metres = figure(round(walked(problem, plan.places, block)))
    return [say("why_walk", metres=metres, bin=figure(block.bin_width), aisles=figure(block.between_aisles))]


def _history(history: Sequence[Step], say: Words) -> list[str]:
    if not history:
        return []
    stride = max(1, -(-(len(history) - 1) // (STEPS - 1)))
    lines = ["", say("why_history")]
    for step in (*history[:-1:stride], history[-1]):
        best = "-" if step.best == inf else figure(step.best)
        lines.append(f"{step.seconds:10.2f} s  {best:>16}  {figure(step.bound):>16}")
    return lines


def _along(plan: BulkPlan, say: Words, key: str, why: Mapping[str, Any]) -> list[str]:
    on = f" · {plan.strips[key]}" if key in plan.strips else ""
    lines = [say("why_at", material=key, place=figure(plan.positions[key]) + on, cost=figure(why["cost"]))]
    for pull in why["pulls"]:
        side = "why_left" if pull["way"] < 0 else "why_right" if pull["way"] > 0 else "why_here"
        facts = {"point": pull["supply_point"], "trips": figure(pull["trips"]), "way": figure(abs(pull["way"]))}
        lines.append("  " + say(side, **facts))
    lines.append("  " + say("why_sides", left=figure(why["left"]), right=figure(why["right"])))
    lines.append("  " + say("why_alone", at=figure(why["alone_at"]), cost=figure(why["alone"])))
    lines += ["  " + say("why_swap", other=one["material"], change=_signed(one["change"])) for one in why["swaps"][:3]]
    return lines


def _inside(plan: KittingPlan, problem: KittingProblem, say: Words, key: str, why: Mapping[str, Any]) -> list[str]:
    place = plan.places[key]
    told = say("place", aisle=problem.aisles[place.aisle].key, rack=place.rack + 1, first=place.first_bin + 1)
    lines = [say("why_at", material=key, place=told, cost=figure(why["cost"]))]
    for pull in why["pulls"]:
        words = "why_together" if pull["companions"] else "why_enters"
        lines.append("  " + say(words, model=pull["model"], cost=figure(pull["cost"]), others=pull["companions"]))
    if not why["pulls"]:
        lines.append("  " + say("no_kit"))
    for one in why["elsewhere"][:3]:
        words = "why_elsewhere" if one["room"] else "why_full"
        lines.append("  " + say(words, aisle=one["aisle"], change=_signed(one["change"])))
    return lines


def _signed(change: float) -> str:
    return f"{'+' if change >= 0 else '−'}{figure(abs(change))}"
