"""Paths as a network whose nodes remember ever more of what was used: successive sublimation, to the proof.

A node stands for a pair just ended (with what it remembers) or for free space; an arc for what may follow. Every
round prunes arcs through which no path is better than the best plan, improves the prices, and splits nodes by whether
some more items were used already. When nothing is left, the best plan is optimal. After Tanaka, Fujikuma and Araki,
An exact algorithm for single-machine scheduling without machine idle time (2009), and with idle time (2012).
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.relax import NEVER
from hanmaru.decide.slotting.bulk.scaled import Whole
from hanmaru.decide.slotting.watch import Watch

Index = NDArray[np.int32]
CHUNK = 2_000_000
"""Arcs swept before the watch is asked."""


class Network(NamedTuple):
    """Nodes in an order in which arcs lead on: 0 is the left end, the last the right end.

    `item` is -1 for free space and both ends, `end` the place where a pair ends; the arcs of node v are
    to[first[v]] .. to[first[v + 1] - 1].
    """

    item: Index
    end: Index
    cost: Whole
    first: Whole
    to: Index


@njit(cache=True)
def _ahead(net: Network, price: Whole, value: Whole, come: Index, span: tuple[int, int]) -> None:
    """Write the best path's cost to the nodes that arcs of these lead to, and where it comes from."""
    if span[0] == 0:
        for node in range(len(net.item)):
            value[node] = NEVER
            come[node] = -1
        value[0] = 0
    for node in range(span[0], span[1]):
        if value[node] >= NEVER:
            continue
        if net.item[node] >= 0:
            value[node] += net.cost[node] - price[net.item[node]]
        for arc in range(net.first[node], net.first[node + 1]):
            if value[node] < value[net.to[arc]]:
                value[net.to[arc]] = value[node]
                come[net.to[arc]] = node


@njit(cache=True)
def _astern(net: Network, price: Whole, value: Whole, span: tuple[int, int]) -> None:
    """Write the best path's cost from these nodes to the right end, their own included."""
    last = len(net.item) - 1
    for node in range(span[1] - 1, span[0] - 1, -1):
        least = NEVER if node < last else 0
        for arc in range(net.first[node], net.first[node + 1]):
            least = min(least, value[net.to[arc]])
        if least < NEVER and net.item[node] >= 0:
            least += net.cost[node] - price[net.item[node]]
        value[node] = least


def _spans(net: Network) -> list[tuple[int, int]]:
    """Stretches of nodes, each swept in some 20 ms."""
    cuts = np.searchsorted(net.first, np.arange(CHUNK, len(net.to), CHUNK)).tolist()
    return list(pairwise(sorted({0, *cuts, len(net.item)})))


def ahead(net: Network, price: Whole, value: Whole, come: Index, watch: Watch) -> int | None:
    """Write the best path's cost to every node, its own included, and where it comes from; the best of all.

    None if time is over.
    """
    for span in _spans(net):
        if watch.over:
            return None
        _ahead(net, price, value, come, span)
    return int(value[-1])


def astern(net: Network, price: Whole, watch: Watch) -> Whole | None:
    """The best path's cost from every node to the right end, its own included; None if time is over."""
    value = np.empty(len(net.item), dtype=np.int64)
    for span in reversed(_spans(net)):
        if watch.over:
            return None
        _astern(net, price, value, span)
    return value


@njit(cache=True)
def steps_of(net: Network, come: Index, count: Whole, path: Whole) -> int:
    """Add the items of the best path to `count`, its nodes (right to left) to `path`; how many nodes."""
    node, length = come[len(net.item) - 1], 0
    while node > 0:
        path[length] = node
        length += 1
        if net.item[node] >= 0:
            count[net.item[node]] += 1
        node = come[node]
    return length


@njit(cache=True)
def _prune(
    net: Network, left: Whole, right: Whole, limit: int, new: Index, fewer: Network, span: tuple[int, int]
) -> None:
    """Write what is kept of these nodes and their arcs; first[-1] counts the arcs so far."""
    arcs = fewer.first[-1]
    for node in range(span[0], span[1]):
        if new[node] < 0:
            continue
        fewer.item[new[node]], fewer.end[new[node]] = net.item[node], net.end[node]
        fewer.cost[new[node]], fewer.first[new[node]] = net.cost[node], arcs
        for arc in range(net.first[node], net.first[node + 1]):
            end = net.to[arc]
            if new[end] >= 0 and right[end] < NEVER and left[node] + right[end] <= limit:
                fewer.to[arcs] = new[end]
                arcs += 1
    fewer.first[-1] = arcs


def prune(net: Network, left: Whole, right: Whole, limit: int, watch: Watch) -> Network:
    """Drop all arcs through which no path costs at most `limit` (prices subtracted), and the nodes left alone.

    If time is over, the network as it is.
    """
    alive = (left < NEVER) & (right < NEVER)
    alive[0] = alive[-1] = True
    size = int(alive.sum())
    new = np.where(alive, np.cumsum(alive) - 1, -1).astype(np.int32)
    fewer = Network(
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int64),
        np.zeros(size + 1, dtype=np.int64),
        np.empty(len(net.to), dtype=np.int32),
    )
    for span in _spans(net):
        if watch.over:
            return net
        _prune(net, left, right, limit, new, fewer, span)
    return fewer._replace(to=fewer.to[: fewer.first[-1]].copy())


class Store(NamedTuple):
    """Labels of the nodes being split: node, what was used (bits), best value, next label of the same node; hashes.

    `right` is the best path's cost from every node of the network on, its own included.
    """

    node: Index
    used: Whole
    value: Whole
    follow: Index
    table: Index
    right: Whole


def store(labels: int, right: Whole) -> Store:
    """Room for so many labels."""
    slots = 1 << (2 * labels - 1).bit_length()
    return Store(
        np.empty(labels, dtype=np.int32),
        np.empty(labels, dtype=np.int64),
        np.empty(labels, dtype=np.int64),
        np.empty(labels, dtype=np.int32),
        np.full(slots, -1, dtype=np.int32),
        right,
    )


@njit(cache=True)
def _slot(labels: Store, node: int, used: int) -> int:
    """The slot of the hash table where this label is, or would be."""
    mask = len(labels.table) - 1
    mixed = (used * 0x9E3779B97F4A7C1 + node) * 0x2545F4914F6CDD1D
    slot = ((mixed >> 29) ^ mixed) & mask
    while labels.table[slot] >= 0:
        label = labels.table[slot]
        if labels.node[label] == node and labels.used[label] == used:
            break
        slot = (slot + 1) & mask
    return slot


@njit(cache=True)
def _label(labels: Store, head: Index, size: int, node: int, used: int, value: int) -> tuple[int, int]:
    """The label for this node and use, made if new, at most `value`; and the number of labels. -1 where full."""
    slot = _slot(labels, node, used)
    label = labels.table[slot]
    if label >= 0:
        labels.value[label] = min(labels.value[label], value)
        return label, size
    if size >= len(labels.node):
        return -1, size
    labels.table[slot] = size
    labels.node[size], labels.used[size], labels.value[size] = node, used, value
    labels.follow[size] = head[node]
    head[node] = size
    return size, size + 1


@njit(cache=True)
def _all(bit: Whole) -> int:
    """All bits of items that have one."""
    everything = 0
    for item in range(len(bit)):
        if bit[item] >= 0:
            everything |= 1 << bit[item]
    return everything


@njit(cache=True)
def _used(used: int, bit: int) -> int:
    """What is used when an item of this bit (-1: none) is added; -1 where it is used already."""
    if bit < 0:
        return used
    return -1 if (used >> bit) & 1 else used | (1 << bit)


class Work(NamedTuple):
    """A network being split: first label of every node, rank and node of every label, arcs so far.

    `at` (6): the node and the label at which it stands, labels done, arcs made, labels there are, 1 where
    there was no room.
    """

    head: Index
    rank: Index
    origin: Index
    first: Whole
    to: Index
    at: Whole


def work(net: Network, labels: Store, arcs: int) -> Work:
    """Begin to split, with room for so many arcs."""
    begun = Work(
        np.full(len(net.item), -1, dtype=np.int32),
        np.empty(len(labels.node), dtype=np.int32),
        np.empty(len(labels.node), dtype=np.int32),
        np.zeros(len(labels.node) + 1, dtype=np.int64),
        np.empty(arcs, dtype=np.int32),
        np.zeros(6, dtype=np.int64),
    )
    begun.at[4] = _label(labels, begun.head, 0, 0, 0, 0)[1]
    return begun


@njit(cache=True)
def _extend(net: Network, price: Whole, bit: Whole, most: int, everything: int, labels: Store, begun: Work) -> int:
    """Make the arcs of the label at which the work stands, and the labels where they end; how many arcs were seen."""
    node, label, made, size = begun.at[0], begun.at[1], begun.at[3], begun.at[4]
    here, last = labels.value[label], len(net.item) - 1
    for arc in range(net.first[node], net.first[node + 1]):
        end = net.to[arc]
        item = net.item[end]
        used = _used(labels.used[label], bit[item] if item >= 0 else -1)
        if here + labels.right[end] > most or used < 0 or (end == last and used != everything):
            continue
        own = net.cost[end] - price[item] if item >= 0 else 0
        new, size = _label(labels, begun.head, size, end, used, here + own)
        if new < 0 or made >= len(begun.to):
            begun.at[5] = 1
            break
        begun.to[made] = new
        made += 1
    begun.at[3], begun.at[4] = made, size
    return int(net.first[node + 1] - net.first[node])


@njit(cache=True)
def split(net: Network, price: Whole, limit: int, bit: Whole, labels: Store, begun: Work, budget: int) -> bool:
    """Split nodes by which of the items with a bit (0 .. 61, else -1) were used, until `budget` arcs were seen.

    A path uses every such item exactly once. Arcs through which no path costs at most `limit` are not made. Answers
    whether all is done, or there was no room.
    """
    everything = _all(bit)
    while begun.at[0] < len(net.item):
        begun.at[1] = begun.head[begun.at[0]]
        while begun.at[1] >= 0:
            label, done = begun.at[1], begun.at[2]
            begun.rank[label], begun.origin[done], begun.first[done] = done, begun.at[0], begun.at[3]
            begun.at[2] = done + 1
            budget -= 1 + _extend(net, price, bit, limit, everything, labels, begun)
            begun.at[1] = labels.follow[label]
            if begun.at[5] > 0:
                return True
        begun.at[0] += 1
        if budget < 0:
            break
    return bool(begun.at[0] >= len(net.item))


def finished(net: Network, begun: Work, watch: Watch) -> Network | None:
    """The network that the work made; None if time is over."""
    done, made = begun.at[2], begun.at[3]
    begun.first[done] = made
    to = np.empty(made, dtype=np.int32)
    for begin in range(0, made, CHUNK):
        if watch.over:
            return None
        to[begin : begin + CHUNK] = begun.rank[begun.to[begin : min(made, begin + CHUNK)]]
    origin = begun.origin[:done]
    return Network(net.item[origin], net.end[origin], net.cost[origin], begun.first[: done + 1].copy(), to)
