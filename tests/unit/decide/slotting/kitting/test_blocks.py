"""Blocks from Mt-KaHyPar: the same for the same seeds, and given up where they are no longer wanted."""

import multiprocessing

import numpy as np
import pytest

from hanmaru.decide.slotting.kitting.blocks import REPEATABLE, Hypergraph, installed, splits

pytestmark = pytest.mark.skipif(not installed(), reason="Mt-KaHyPar is built for Linux alone")


def drawn(seed):
    """Sixty vertices in forty nets, for four blocks."""
    rng = np.random.default_rng(seed)
    nets = [rng.choice(60, rng.integers(2, 9), replace=False).tolist() for _ in range(40)]
    return Hypergraph([1] * 60, nets, rng.integers(1, 9, 40).tolist(), [18] * 4)


def cost(graph, found):
    """What the nets pay that lie in several blocks."""
    several = [len({found[vertex] for vertex in net}) - 1 for net in graph.nets]
    return int(np.dot(several, graph.prices))


def test_the_same_seeds_give_the_same_blocks_whatever_was_called_before():
    graph, tries = drawn(1), [("QUALITY", 1), ("DEFAULT", 2), ("QUALITY", 3)]
    others = set(multiprocessing.active_children())

    once = list(splits(graph, tries, bool))
    alike = list(splits(graph, [(REPEATABLE, 1), (REPEATABLE, 2)], bool))

    assert list(splits(graph, tries, bool)) == once
    assert len(once) == 3
    assert all(max(np.bincount(one)) <= 18 for one in once)
    assert max(cost(graph, one) for one in once) < cost(graph, [n % 4 for n in range(60)])
    assert alike[0] == alike[1]
    assert set(multiprocessing.active_children()) <= others


def test_blocks_are_given_up_when_it_is_over():
    others = set(multiprocessing.active_children())
    assert list(splits(drawn(3), [("DEFAULT", 1)] * 9, lambda: True)) == []
    assert set(multiprocessing.active_children()) <= others
