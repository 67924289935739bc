"""Search, bound and proof in turns, each stage with more patience than the last, until the proof is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hanmaru.decide.slotting.bulk.incumbent import Incumbent
from hanmaru.decide.slotting.bulk.prove import Proof


@dataclass(frozen=True, slots=True)
class Stage:
    """Moves a material in each of so many rounds of annealing; rounds of pricing; the size of the networks."""

    moves: int
    rounds: int
    prices: int
    arcs: int
    labels: int


STAGES = (
    Stage(2_000, 4, 300, 10_000_000, 2_000_000),
    Stage(10_000, 3, 300, 15_000_000, 3_000_000),
    Stage(40_000, 3, 500, 25_000_000, 4_000_000),
    Stage(100_000, 4, 500, 35_000_000, 6_000_000),
)


MANY = 500
"""Beyond so many materials a round has fewer moves for each: a move takes longer the more there are."""


class Rounds(Protocol):
    """A search in rounds, each counted in moves."""

    def round(self, moves: int) -> None:
        """Go on for so many moves."""

    def restart(self) -> None:
        """Go on from the best plan."""


def search_and_prove(best: Incumbent, search: Rounds, begin: Callable[[], Proof | None]) -> None:
    """Improve the incumbent and its bound until it is proven best, the watch is over, or all stages are done.

    `begin` answers the proof to work on, None where there can be none; it is asked once a plan is there.
    """
    proof: Proof | None = None
    each = len(best.order) * min(1.0, (MANY / max(1, len(best.order))) ** 2)
    for number, stage in enumerate(STAGES):
        for _ in range(stage.rounds):
            search.round(int(stage.moves * max(10, each)))
        if best.watch.over or not best.found:
            return
        if number == 0:
            proof = begin()
        if proof and (proof.relax(stage.prices) or proof.sublimate(stage.arcs, stage.labels)):
            return
        search.restart()
        if proof:
            proof.ascent.again(0.2)
