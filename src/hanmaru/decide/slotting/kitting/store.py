"""The problem as arrays: segments of adjacent bins, what each material needs in each, what entering an aisle costs.

A segment is the longest run of bins of one rack that no pillar and no fixed material cuts. A material takes `need`
bins of one segment; materials in a segment stand side by side, so that only the sum of their needs counts.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hanmaru.decide.slotting.kitting.problem import KittingProblem, Place

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Segments:
    """Runs of bins, in the order of aisles; `own` is the material fixed there, -1 if anyone may use it. Shapes [S]."""

    aisle: Ints
    rack: Ints
    first: Ints
    bins: Ints
    own: Ints
    start: Ints
    """[A + 1]: the segments of aisle a are start[a] .. start[a + 1] - 1."""

    def __len__(self) -> int:
        return len(self.bins)


@dataclass(frozen=True)
class Store:
    """A kitting problem as arrays. I materials, M models that cost anything, A aisles, S segments, P profiles."""

    problem: KittingProblem
    segments: Segments
    need: Ints
    """[P, S]: bins that a material of profile p takes in segment s; 0 where it must not lie."""
    profile: Ints
    """[I]: the profile of each material."""
    use_start: Ints
    """[I + 1]: models of material i are use[use_start[i]] .. use[use_start[i + 1] - 1], ascending."""
    use: Ints
    walk: Floats
    """[M, A]: what it costs per period that model m enters aisle a."""
    linear: Floats
    """[C, S]: what a material of cost row c costs in segment s besides."""
    cost_row: Ints
    """[I]: the row of `linear` of each material."""
    apart_start: Ints
    """[I + 1]: partners of material i that must not lie in its aisle, in `apart`."""
    apart: Ints
    members_start: Ints
    """[M + 1]: materials of model m are members[members_start[m]] .. , ascending."""
    members: Ints
    class_of: Ints
    """[I]: the class of each material: those used by the same models."""
    class_start: Ints
    """[K + 1]: materials of class k are class_members[class_start[k]] .. , ascending."""
    class_members: Ints
    model_index: Ints
    """[M]: which model of the problem each row of `walk` is."""

    @property
    def materials(self) -> int:
        return len(self.profile)

    @property
    def models(self) -> int:
        return len(self.walk)

    @property
    def aisles(self) -> int:
        return len(self.segments.start) - 1

    @cached_property
    def capacity(self) -> Ints:
        """[A]: bins of each aisle, in volume (see `volume`)."""
        total = np.zeros(self.aisles, np.int64)
        np.add.at(total, self.segments.aisle, self.segments.bins * self.unit)
        return total

    @cached_property
    def kind(self) -> Ints:
        """[A]: a number that aisles share whose segments are one by one alike: what lies in one may lie in another."""
        start = self.segments.start.tolist()
        known: dict[bytes, int] = {}
        kind = np.empty(self.aisles, np.int64)
        for a in range(self.aisles):
            own = slice(start[a], start[a + 1])
            look = [self.segments.bins[own], self.need[:, own], self.linear[:, own]]
            kind[a] = known.setdefault(b"|".join(one.tobytes() for one in look), a)
        return kind

    @cached_property
    def unit(self) -> Ints:
        """[S]: the volume of one bin of each segment; 1 unless bins come in several sizes."""
        rules = self.problem.rules
        if not rules.bins_by_size:
            return np.ones(len(self.segments), np.int64)
        ratios: dict[str, list[float]] = {}
        for material in self.problem.materials:
            for size, bins in rules.bins_by_size.get(material.key, {}).items():
                ratios.setdefault(size, []).append(material.bins / max(1, bins))
        volume = {size: max(1, round(4 * float(np.mean(r)))) for size, r in ratios.items() if size}
        racks = zip(self.segments.aisle.tolist(), self.segments.rack.tolist(), strict=True)
        return np.array([volume.get(rules.bin_size.get(rack, ""), 4) for rack in racks], np.int64)

    @cached_property
    def volume(self) -> Ints:
        """[I]: the least volume that each material takes: what capacity it uses wherever it lies."""
        taken = np.where(self.need > 0, self.need * self.unit, np.iinfo(np.int64).max)
        least: Ints = taken.min(axis=1)
        return least[self.profile]

    @cached_property
    def aisle_linear(self) -> Floats:
        """[I, A]: the least linear cost of each material in each aisle, inf where it must not lie."""
        low = np.full((self.materials, self.aisles), np.inf)
        key = self.profile * (int(self.cost_row.max(initial=0)) + 1) + self.cost_row
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        rows = np.full((len(first), self.aisles), np.inf)
        for number, i in enumerate(first.tolist()):
            cost = np.where(self.need[self.profile[i]] > 0, self.linear[self.cost_row[i]], np.inf)
            np.minimum.at(rows[number], self.segments.aisle, cost)
        low[:] = rows[inverse]
        return low

    @property
    def plain(self) -> bool:
        """Whether it matters nothing in which segment of its aisle a material lies."""
        return not self.linear.any()

    def signature(self, i: int) -> tuple[int, ...]:
        """The models that use material i, ascending."""
        return tuple(self.use[self.use_start[i] : self.use_start[i + 1]].tolist())

    def entered(self, where: Ints) -> Flags:
        """Which models enter which aisles, [M, A]: `where` [I] holds the segment of each material."""
        entered = np.zeros((self.models, self.aisles), bool)
        entered[self.use, np.repeat(self.segments.aisle[where], np.diff(self.use_start))] = True
        return entered

    def objective(self, where: Ints) -> float:
        """What a plan costs: `where` [I] holds the segment of each material."""
        return float((self.walk * self.entered(where)).sum() + self.linear[self.cost_row, where].sum())

    def fits(self, where: Ints) -> bool:
        """Whether every material lies where it may, no segment overflows, and none apart share an aisle."""
        need = self.need[self.profile, where]
        load = np.bincount(where, weights=need, minlength=len(self.segments))
        aisle = self.segments.aisle[where]
        near = aisle[np.repeat(np.arange(self.materials), np.diff(self.apart_start))] == aisle[self.apart]
        return bool((need > 0).all() and (load <= self.segments.bins).all() and not near.any())

    def places(self, where: Ints) -> dict[str, Place]:
        """The plan as places: in each segment side by side from its first bin, by material."""
        at = self.segments.first.copy()
        answer = {}
        for i, s in enumerate(where.tolist()):
            place = Place(int(self.segments.aisle[s]), int(self.segments.rack[s]), int(at[s]))
            answer[self.problem.materials[i].key] = place
            at[s] += self.need[self.profile[i], s]
        return answer
