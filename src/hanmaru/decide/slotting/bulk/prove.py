"""From a good plan to a proof: prices and fixing on the pairs, then on networks that remember ever more."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.ascent import Ascent
from hanmaru.decide.slotting.bulk.incumbent import Incumbent
from hanmaru.decide.slotting.bulk.network import (
    Index,
    Network,
    ahead,
    astern,
    finished,
    prune,
    split,
    steps_of,
    store,
    work,
)
from hanmaru.decide.slotting.bulk.relax import Side, backward, forward, keep, side, trace
from hanmaru.decide.slotting.bulk.scaled import Whole
from hanmaru.decide.slotting.bulk.timed import Grid, Pairs
from hanmaru.decide.slotting.bulk.warm import warm_prices
from hanmaru.decide.slotting.bulk.weave import Ground, ends, ground, weave

BITS = 62
BUDGET = 50_000
"""Arcs looked at before the watch is asked: each may make a label, which is slow where there are many."""
FIX_EVERY = 20


@dataclass(slots=True)
class Proof:
    """Narrows down where a better plan could be, until there is none.

    All bounds and limits are sums of pairs' costs: a better plan costs at most `limit`.
    """

    best: Incumbent
    grid: Grid
    pairs: Pairs
    swaps: bool = True
    ascent: Ascent = field(init=False)
    _left: Side = field(init=False)
    _right: Side = field(init=False)
    _path: Whole = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the prices that the best plan suggests."""
        self.ascent = Ascent(len(self.grid.width), self._first_prices(), self.grid.dearest)
        self._left, self._right = side(self.grid.steps), side(self.grid.steps)
        self._path = np.empty(2 * self.grid.steps + 4, dtype=np.int64)

    def _first_prices(self) -> NDArray[np.float64]:
        return warm_prices(self.best, self.grid)

    def _ground(self) -> Ground:
        """What tells of neighbours whether they had better be swapped."""
        return ground(self.grid, self.best.flow, np.full(len(self.grid.width), self.swaps))

    @property
    def limit(self) -> int:
        """The most that a better plan can cost."""
        return self.grid.inner(self.best.cost) - self.grid.scale

    def _told(self, bound: int) -> bool:
        """Tell a bound of all plans that are better than the best; whether there is none."""
        self.best.prove(min(self.best.cost, self.grid.outer(bound)))
        return self.done

    @property
    def done(self) -> bool:
        """Whether nothing better is left."""
        return self.best.optimal

    def ended(self) -> bool:
        """Whether to go on no more: all is done, or time is over."""
        return self.done or self.best.watch.over

    def _offer(self, items: Whole, ends: Whole) -> None:
        """Take a path that uses every item once: its items from right to left, and the places where they end."""
        starts = (ends - self.grid.width[items])[::-1]
        self.best.offer_path(items[::-1], self.grid.coordinate[starts], self.grid.room[starts])

    def relax(self, rounds: int) -> bool:
        """Improve the prices over the pairs, fix by reduced cost; whether the proof is done."""
        for number in range(rounds):
            price = self.ascent.whole
            value = forward(self.pairs, price, self._left, self.best.watch)
            if value is None:
                return False
            bound = value + int(price.sum())
            if self._told(bound):
                return True
            length = trace(self.pairs, self._left, self._path)
            used = self._path[:length]
            items = self.pairs.item[used].astype(np.int64)
            count = np.bincount(items, minlength=self.ascent.n)
            if (count == 1).all():
                self._offer(items, np.searchsorted(self.pairs.first, used, side="right") - 1)
                if self.ended():
                    return self.done
            self.ascent.step(bound, count, self.limit)
            if number % FIX_EVERY == FIX_EVERY - 1:
                self._fix(price)
            if self.ascent.boldness < 0.002:
                break
        return self.done

    def _fix(self, price: Whole) -> bool:
        """Drop the pairs through which no better plan leads; False if time is over. The forward values are known."""
        through = backward(self.pairs, price, self._left, self._right, self.best.watch)
        if through is None:
            return False
        kept = through + int(price.sum()) <= self.limit
        if kept.mean() < 0.9:
            self.pairs = keep(self.pairs, kept)
        return True

    def sublimate(self, arcs: int, labels: int, rounds: int = 60) -> bool:
        """Try to finish the proof with networks of at most so many arcs and labels; whether it is done."""
        price = self.ascent.best_prices
        if forward(self.pairs, price, self._left, self.best.watch) is None or not self._fix(price):
            return False
        if forward(self.pairs, price, self._left, self.best.watch) is None:
            return False
        if backward(self.pairs, price, self._left, self._right, self.best.watch) is None:
            return False
        if len(self.pairs.item) > arcs:
            return False
        around = ends(self.pairs, price, self._left, self._right)
        net = weave(self.pairs, around, self._ground(), self.limit - int(price.sum()), arcs, self.best.watch)
        return net is not None and self._refine(net, arcs, labels, rounds)

    def _refine(self, net: Network, arcs: int, labels: int, rounds: int) -> bool:
        ascent = Ascent(self.ascent.n, self.ascent.prices, self.grid.dearest, 0.2)
        ascent.best_prices, ascent.doubt = self.ascent.best_prices, self.ascent.doubt
        left = list(range(ascent.n))
        size = 4
        while True:
            ascent.again(0.2)
            ascent.forget()
            net = self._climb(net, ascent, rounds)
            if self.ended():
                return self.done
            left.sort(key=lambda item: -ascent.doubt[item])
            if not left:
                return False
            size, wider = self._split(net, ascent, left[: min(size, BITS)], arcs, labels)
            if wider is None:
                return self.done
            net, left, size = wider, left[size:], 2 * size

    def _climb(self, net: Network, ascent: Ascent, rounds: int) -> Network:
        """Improve the prices over a network, take better plans from it, and prune it."""
        value, come = np.empty(len(net.item), dtype=np.int64), np.empty(len(net.item), dtype=np.int32)
        for _ in range(rounds):
            price = ascent.whole
            paid = ahead(net, price, value, come, self.best.watch)
            if paid is None:
                return net
            bound = paid + int(price.sum())
            if self._told(bound):
                return net
            count = np.zeros(ascent.n, dtype=np.int64)
            path = self._path[: steps_of(net, come, count, self._path)]
            ascent.step(bound, count, self.limit)
            if (count == 1).all():
                used = path[net.item[path] >= 0]
                self._offer(net.item[used].astype(np.int64), net.end[used].astype(np.int64))
                if self.ended() or self._told(bound):
                    return net
                break
        return self._pruned(net, ascent.best_prices, value, come)

    def _pruned(self, net: Network, price: Whole, value: Whole, come: Index) -> Network:
        back = None
        if ahead(net, price, value, come, self.best.watch) is not None:
            back = astern(net, price, self.best.watch)
        if back is None:
            return net
        net = prune(net, value, back, self.limit - int(price.sum()), self.best.watch)
        if len(net.to) == 0:
            self._told(self.limit + self.grid.scale)
        return net

    def _split(
        self, net: Network, ascent: Ascent, items: list[int], arcs: int, labels: int
    ) -> tuple[int, Network | None]:
        """Split by as many of the items as there is room for; how many, and the network."""
        price = ascent.best_prices
        size, watch = len(items), self.best.watch
        back = astern(net, price, watch)
        while back is not None and not self.best.watch.over:
            bit = np.full(ascent.n, -1, dtype=np.int64)
            bit[items[:size]] = np.arange(size)
            room = store(min(labels, max(100_000, 4 * len(net.item))), back)
            begun = work(net, room, min(arcs, max(1_000_000, 5 * len(net.to))))
            while not split(net, price, self.limit - int(price.sum()), bit, room, begun, BUDGET):
                if watch.over:
                    return size, None
            if not begun.at[5]:
                return size, finished(net, begun, watch)
            if size == 1:
                break
            size = (size + 1) // 2
        return size, None
