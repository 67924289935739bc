"""The moves from today's places to a plan's, as JSON has them."""

from typing import Any

from hanmaru.decide.slotting.formats.kitting_rules import places_document
from hanmaru.decide.slotting.kitting.build import bins_in
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.kitting.reslot import Labour, Reslotting


def moves_document(problem: KittingProblem, plan: KittingPlan, found: Reslotting, labour: Labour) -> dict[str, Any]:
    """Answer the moves of a problem; weeks count from 1."""
    index = {material.key: i for i, material in enumerate(problem.materials)}
    at = dict(problem.today or {})
    moves = []
    for move in found.moves:
        at[move.material] = move.target
        ends = places_document({"from": move.origin, "to": move.target}, problem.aisles)
        moves.append(
            {
                "week": move.week + 1,
                "material": move.material,
                "bins": bins_in(problem, index[move.material], move.target),
                **ends,
                "aside": move.aside,
                "cost": move.cost,
                "change": move.change,
            }
        )
    return {
        "moves": moves,
        "cost": found.cost,
        "saving": found.saving,
        "paid_in": None if found.paid_in is None else found.paid_in + 1,
        "remaining": sum(place != plan.places[key] for key, place in at.items()),
        "labour": {
            "per_move": labour.per_move,
            "per_bin": labour.per_bin,
            "moves_a_week": labour.moves_a_week,
            "weeks": labour.weeks,
            "periods_a_week": labour.periods_a_week,
        },
    }
