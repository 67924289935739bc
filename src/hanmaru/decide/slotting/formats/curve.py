"""What moving ever more materials saves, as JSON has it."""

from collections.abc import Iterable
from typing import Any, Final, Protocol

CURVE: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "What moving few materials saves",
    "type": "object",
    "properties": {
        "points": {
            "type": "array",
            "description": "numbers of moves at which one more saves, fewest first; each costs less than before",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "moved": {
                        "type": "integer",
                        "minimum": 0,
                        "description": "how many materials lie elsewhere than today",
                    },
                    "objective": {"type": "number", "minimum": 0, "description": "what the best plan found costs"},
                    "bound": {"type": "number", "minimum": 0, "description": "no plan that moves so many costs less"},
                },
                "required": ["moved", "objective", "bound"],
                "additionalProperties": False,
            },
        },
        "seconds": {"type": "number", "minimum": 0, "description": "how long the search took"},
        "seed": {"type": "integer", "description": "by which the search can be repeated"},
    },
    "required": ["points", "seconds", "seed"],
    "additionalProperties": False,
}


class Point(Protocol):
    """A point of either kind's curve."""

    @property
    def moved(self) -> int:
        """How many materials lie elsewhere than today."""

    @property
    def objective(self) -> float:
        """The best found."""

    @property
    def bound(self) -> float:
        """What no plan undercuts."""


def curve_document(points: Iterable[Point], seconds: float, seed: int) -> dict[str, Any]:
    """Answer a curve as JSON has it."""
    told = [{"moved": one.moved, "objective": one.objective, "bound": one.bound} for one in points]
    return {"points": told, "seconds": round(seconds, 3), "seed": seed}
