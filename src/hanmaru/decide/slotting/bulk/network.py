"""Paths as a network whose nodes remember ever more of what was used: successive sublimation, to the proof.

A node stands for a pair just ended (with what it remembers) or for free space; an arc for what may follow. Every
round prunes arcs through which no path is better than the best plan, improves the prices, and splits nodes by whether
some more items were used already. When nothing is left, the best plan is optimal. After Tanaka, Fujikuma and Araki,
An exact algorithm for single-machine scheduling without machine idle time (2009), and with idle time (2012).
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.relax import NEVER
from hanmaru.decide.slotting.bulk.scaled import Whole

Index = NDArray[np.int32]


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
def ahead(net: Network, price: Whole, value: Whole, come: Index) -> int:
    """Write the best path's cost to every node, its own included, and where it comes from; the best of all."""
    nodes = len(net.item)
    for node in range(nodes):
        value[node] = NEVER
        come[node] = -1
    value[0] = 0
    for node in range(nodes):
        if value[node] >= NEVER:
            continue
        if net.item[node] >= 0:
            value[node] += net.cost[node] - price[net.item[node]]
        for arc in range(net.first[node], net.first[node + 1]):
            if value[node] < value[net.to[arc]]:
                value[net.to[arc]] = value[node]
                come[net.to[arc]] = node
    return int(value[nodes - 1])


@njit(cache=True)
def astern(net: Network, price: Whole, value: Whole) -> None:
    """Write the best path's cost from every node to the right end, its own included."""
    nodes = len(net.item)
    for node in range(nodes - 1, -1, -1):
        least = NEVER if node < nodes - 1 else 0
        for arc in range(net.first[node], net.first[node + 1]):
            least = min(least, value[net.to[arc]])
        if least < NEVER and net.item[node] >= 0:
            least += net.cost[node] - price[net.item[node]]
        value[node] = least


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
def prune(net: Network, left: Whole, right: Whole, limit: int) -> Network:
    """Drop all arcs through which no path costs at most `limit` (prices subtracted), and the nodes left alone."""
    nodes = len(net.item)
    new = np.full(nodes, -1, dtype=np.int32)
    size = arcs = 0
    for node in range(nodes):
        alive = left[node] < NEVER and right[node] < NEVER
        if node in (0, nodes - 1) or alive:
            new[node] = size
            size += 1
    item, last, cost = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int64)
    first, to = np.empty(size + 1, dtype=np.int64), np.empty(len(net.to), dtype=np.int32)
    for node in range(nodes):
        if new[node] < 0:
            continue
        item[new[node]], last[new[node]], cost[new[node]] = net.item[node], net.end[node], net.cost[node]
        first[new[node]] = arcs
        for arc in range(net.first[node], net.first[node + 1]):
            end = net.to[arc]
            if new[end] >= 0 and right[end] < NEVER and left[node] + right[end] <= limit:
                to[arcs] = new[end]
                arcs += 1
    first[size] = arcs
    return Network(item, last, cost, first, to[:arcs].copy())


class Store(NamedTuple):
    """Labels of the nodes being split: node, what was used (bits), best value, next label of the same node; hashes."""

    node: Index
    used: Whole
    value: Whole
    follow: Index
    table: Index


def store(labels: int) -> Store:
    """Room for so many labels."""
    slots = 1 << (2 * labels - 1).bit_length()
    return Store(
        np.empty(labels, dtype=np.int32),
        np.empty(labels, dtype=np.int64),
        np.empty(labels, dtype=np.int64),
        np.empty(labels, dtype=np.int32),
        np.full(slots, -1, dtype=np.int32),
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


@njit(cache=True)
def split(
    net: Network, price: Whole, right: Whole, limit: int, bit: Whole, labels: Store, arcs: int
) -> tuple[bool, Network]:
    """Split all nodes by which of the items with a bit (0 .. 62, else -1) were used; whether there was room.

    A path uses every such item exactly once. Arcs through which no path costs at most `limit` are not made.
    """
    nodes = len(net.item)
    everything = _all(bit)
    head = np.full(nodes, -1, dtype=np.int32)
    rank = np.empty(len(labels.node), dtype=np.int32)
    origin = np.empty(len(labels.node), dtype=np.int32)
    first = np.zeros(len(labels.node) + 1, dtype=np.int64)
    to = np.empty(arcs, dtype=np.int32)
    done = made = 0
    size = _label(labels, head, 0, 0, 0, 0)[1]
    for node in range(nodes):
        label = head[node]
        while label >= 0:
            rank[label], origin[done], first[done] = done, node, made
            done += 1
            here = labels.value[label]
            for arc in range(net.first[node], net.first[node + 1]):
                end = net.to[arc]
                if right[end] >= NEVER or here + right[end] > limit:
                    continue
                item = net.item[end]
                used = _used(labels.used[label], bit[item] if item >= 0 else -1)
                own = net.cost[end] - price[item] if item >= 0 else 0
                if used < 0 or (end == nodes - 1 and used != everything):
                    continue
                new, size = _label(labels, head, size, end, used, here + own)
                if new < 0 or made >= arcs:
                    return False, net
                to[made] = new
                made += 1
            label = labels.follow[label]
    first[done] = made
    for arc in range(made):
        to[arc] = rank[to[arc]]
    origin = origin[:done]
    return True, Network(
        net.item[origin], net.end[origin], net.cost[origin], first[: done + 1].copy(), to[:made].copy()
    )
