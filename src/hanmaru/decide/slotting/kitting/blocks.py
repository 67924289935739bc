"""Blocks of a hypergraph by Mt-KaHyPar, with one thread.

Its best presets carry what they drew from call to call whatever the seed, hear no stop and let no other thread run. So
they have a process of their own, begun afresh: the same seeds give the same blocks, and it is ended at need. One preset
is another matter: it is quick, gives the same whatever was called before, and stays here.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from typing import Any

from joblib.externals.loky.backend import get_context

try:
    import mtkahypar
except ImportError:  # built for Linux alone
    mtkahypar = None

Try = tuple[str, int]
"""A preset and a seed."""
REPEATABLE = "DETERMINISTIC_QUALITY"
"""The preset that gives the same blocks whatever was called before, and whatever the seed."""
_ASK_EVERY = 0.05


@dataclass(frozen=True)
class Hypergraph:
    """Vertices with weights, nets with prices, and what each block may weigh."""

    weights: list[int]
    nets: list[list[int]]
    prices: list[int]
    blocks: list[int]


def installed() -> bool:
    """Whether Mt-KaHyPar is there."""
    return mtkahypar is not None


def splits(graph: Hypergraph, tries: Sequence[Try], over: Callable[[], bool]) -> Iterator[list[int] | None]:
    """The block of each vertex by each try until `over`; None where one finds none."""
    if all(preset == REPEATABLE for preset, _ in tries):
        yield from (_split(graph, *one) for one in tries)
        return
    spawn = get_context("loky")
    here, there = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_answer, args=(there, graph, tries))
    process.start()
    there.close()
    try:
        for _ in tries:
            while not here.poll(_ASK_EVERY):
                if over():
                    return
            yield here.recv()
    except EOFError:  # it died
        return
    finally:
        process.terminate()
        process.join()
        here.close()


def may_split() -> bool:
    """Whether this process may have another: a Dask worker may not."""
    return not multiprocessing.current_process().daemon


def _answer(pipe: Connection, graph: Hypergraph, tries: Sequence[Try]) -> None:
    for one in tries:
        pipe.send(_split(graph, *one))


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
