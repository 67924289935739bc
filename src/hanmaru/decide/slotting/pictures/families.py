"""Puts models that resemble each other into a few groups, so that their materials can have a colour in common.

Average-linkage clustering of the Jaccard distances of the bills of material (Sokal and Michener 1958). Of many models
the ones that are picked most lead, the others follow the group that they are most like.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hanmaru.decide.slotting.kitting.problem import KittingProblem

MOST_LEADING = 240
"""So many models are compared with each other; the time grows with their cube."""
MAJORITY = 0.55
"""The part of a material's picks that must come from one group to give it that group's colour."""


@dataclass(frozen=True, slots=True)
class Families:
    """`models`: groups of indices of models, the busiest group first. `of`: group of each material.

    None for a material that several groups pick, -1 for one on no bill.
    """

    models: tuple[tuple[int, ...], ...]
    of: tuple[int | None, ...]


def families(problem: KittingProblem, most: int) -> Families:
    """Answer at most so many groups of models, and which materials belong to one of them."""
    groups = _grouped(problem, most)
    weight = np.array([model.frequency for model in problem.models])
    groups.sort(key=lambda group: -float(weight[group].sum()))
    picks = np.zeros((len(problem.materials), len(groups)))
    for number, group in enumerate(groups):
        for index in group:
            picks[list(problem.models[index].materials), number] += problem.models[index].frequency
    return Families(tuple(tuple(group) for group in groups), tuple(_owner(row) for row in picks))


def _owner(picks: np.ndarray) -> int | None:
    total = float(picks.sum())
    if total == 0:
        return -1
    first = int(picks.argmax())
    return first if picks[first] >= MAJORITY * total else None


def _grouped(problem: KittingProblem, most: int) -> list[list[int]]:
    """Answer groups of models; those that lead are clustered, the others join the group that they are most like."""
    order = sorted(range(len(problem.models)), key=lambda index: (-_picks(problem, index), index))
    leading, rest = order[:MOST_LEADING], order[MOST_LEADING:]
    bills = [set(model.materials) for model in problem.models]
    groups = [[leading[place] for place in group] for group in _clustered([bills[index] for index in leading], most)]
    unions = [set().union(*(bills[index] for index in group)) for group in groups]
    for index in rest:
        shares = [len(bills[index] & union) for union in unions]
        groups[shares.index(max(shares))].append(index)
    return groups


def _picks(problem: KittingProblem, index: int) -> float:
    return problem.models[index].frequency * len(problem.models[index].materials)


def _clustered(bills: Sequence[set[int]], most: int) -> list[list[int]]:
    """Join the two groups nearest to each other until few enough are left."""
    groups = [[place] for place in range(len(bills))]
    near = np.array([[len(one & other) / max(1, len(one | other)) for other in bills] for one in bills])
    np.fill_diagonal(near, -1.0)
    while len(groups) > most:
        left, right = sorted(divmod(int(near.argmax()), len(groups)))
        sizes = len(groups[left]), len(groups[right])
        joined = (near[left] * sizes[0] + near[right] * sizes[1]) / sum(sizes)
        near[left], near[:, left] = joined, joined
        near[left, left] = -1.0
        near = np.delete(np.delete(near, right, 0), right, 1)
        groups[left] += groups.pop(right)
    return groups
