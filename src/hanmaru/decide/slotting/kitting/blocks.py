"""Blocks of a hypergraph by Mt-KaHyPar, with one thread, so that a seed gives the same blocks on any machine.

Its calls hear no stop and let no other thread run. Long ones have a process of their own, which is ended at need.
"""

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from typing import Any

try:
    import mtkahypar
except ImportError:  # built for Linux alone
    mtkahypar = None

LONG = 8000
"""With more pins than this a call takes longer than a stop may."""
_ASK_EVERY = 0.05


@dataclass(frozen=True)
class Hypergraph:
    """Vertices with weights, nets with prices, and what each block may weigh."""

    weights: list[int]
    nets: list[list[int]]
    prices: list[int]
    blocks: list[int]

    @property
    def pins(self) -> int:
        """How often a vertex is in a net."""
        return sum(map(len, self.nets))


def installed() -> bool:
    """Whether Mt-KaHyPar is there."""
    return mtkahypar is not None


def split(graph: Hypergraph, preset: str, seed: int, over: Callable[[], bool]) -> list[int] | None:
    """The block of each vertex; None where none is found, Mt-KaHyPar is not there, or `over` came to be true."""
    if mtkahypar is None:
        return None
    if graph.pins <= LONG:
        return _split(graph, preset, seed)
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_answer, args=(there, graph, preset, seed))
    process.start()
    there.close()
    try:
        while not here.poll(_ASK_EVERY):
            if over():
                return None
        answer: list[int] | None = here.recv()
    except EOFError:  # it died
        return None
    else:
        return answer
    finally:
        process.terminate()
        process.join()
        here.close()


def _answer(pipe: Connection, graph: Hypergraph, preset: str, seed: int) -> None:
    pipe.send(_split(graph, preset, seed))


@cache
def _library() -> Any:
    return mtkahypar.initialize(1, print_warnings=False)


def _split(graph: Hypergraph, preset: str, seed: int) -> list[int] | None:
    try:
        return _partition(graph, preset, seed)
    except (RuntimeError, ValueError, mtkahypar.InvalidInputError, mtkahypar.InvalidParameterError,
            mtkahypar.SystemError, mtkahypar.UnsupportedOperationError):  # fmt: skip
        return None


def _partition(graph: Hypergraph, preset: str, seed: int) -> list[int]:
    mtkahypar.set_seed(seed)
    context = _library().context_from_preset(getattr(mtkahypar.PresetType, preset))
    context.set_partitioning_parameters(len(graph.blocks), 0.0, mtkahypar.Objective.KM1)
    context.set_individual_target_block_weights(graph.blocks)
    context.logging = False
    made = _library().create_hypergraph(
        context, len(graph.weights), len(graph.nets), graph.nets, graph.weights, graph.prices
    )
    return [int(block) for block in made.partition(context).get_partition()]
