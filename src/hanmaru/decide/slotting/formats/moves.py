"""The moves from today's places to a plan's, from and to plain dicts."""

from collections.abc import Mapping
from typing import Any

from hanmaru.decide.slotting.formats.conform import conform
from hanmaru.decide.slotting.formats.kitting_rules import Floor, places_document, places_of
from hanmaru.decide.slotting.formats.schemas import KITTING_MOVES
from hanmaru.decide.slotting.kitting.build import bins_in
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem, Place
from hanmaru.decide.slotting.kitting.reslot import Labour, Move, Reslotting


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


def moves_of(document: object, problem: KittingProblem) -> tuple[Reslotting, Labour]:
    """Answer the moves that a document describes, and what moving costs. Whether they can be made is not asked here."""
    conform(document, KITTING_MOVES)
    told: Mapping[str, Any] = document  # type: ignore[assignment]  # conforms
    floor = Floor(problem.aisles, problem.materials, problem.models)

    def place(number: int, end: str) -> Place:
        move = told["moves"][number]
        entry = {move["material"]: move[end]}
        return places_of(f"moves[{number}].{end}", entry, floor, problem.rules)[move["material"]]

    moves = tuple(
        Move(
            material=move["material"],
            origin=place(number, "from"),
            target=place(number, "to"),
            week=move["week"] - 1,
            cost=float(move["cost"]),
            change=float(move["change"]),
            aside=move["aside"],
        )
        for number, move in enumerate(told["moves"])
    )
    paid_in = told["paid_in"]
    found = Reslotting(moves, float(told["cost"]), float(told["saving"]), None if paid_in is None else paid_in - 1)
    return found, Labour(**told["labour"])
