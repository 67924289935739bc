"""At most so many materials moved from today's places: ruin and recreate bin by bin, as what stays keeps its bins.

Materials without a place today, or with one that the rules forbid, are laid in first. The latter count as moved from
the beginning, the former never.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import takewhile
from typing import NamedTuple

import numpy as np

from hanmaru.decide.slotting.compiled import compiled, overwrite
from hanmaru.decide.slotting.kitting.build import bins_in
from hanmaru.decide.slotting.kitting.chance import below, share
from hanmaru.decide.slotting.kitting.errors import clashing, rule
from hanmaru.decide.slotting.kitting.falling import scale_of
from hanmaru.decide.slotting.kitting.laying import Arrays, State, arrays, best_segment, lay_in, open_to, state, take_out
from hanmaru.decide.slotting.kitting.milp import first_bins
from hanmaru.decide.slotting.kitting.problem import Place
from hanmaru.decide.slotting.kitting.ruin import Taken, put_in_order, ruin, taken
from hanmaru.decide.slotting.kitting.store import Floats, Ints, Store

_ROUNDS = 400
_CYCLE = 60
"""Calls of the compiled part in one fall of the temperature."""
_CYCLES = 12
_HEATS = (0.1, 0.5)
"""Where the temperature begins to fall."""


class Bins(NamedTuple):
    """A plan bin by bin; bins are counted through the segments."""

    owner: Ints
    """[B]: who has a bin, -1 for nobody."""
    at: Ints
    """[I]: the first bin of each material, -1 while it lies nowhere."""
    today: Ints
    """[I]: where it begins today, -1 without a place that it may keep."""
    first: Ints
    """[S + 1]: the first bin of each segment."""
    moves: Ints
    """[3]: moves made, moves allowed, and rounds of a call."""
    back: Ints
    """[I]: the first bin of each material taken out."""


@compiled
def _put(st: Arrays, now: State, bins: Bins, i: int, s: int, b: int) -> float:
    """Lay material i into segment s from bin b on; what it costs."""
    bins.owner[b : b + st.need[st.profile[i], s]] = i
    bins.at[i] = b
    bins.moves[0] += 1 if bins.today[i] >= 0 and bins.today[i] != b else 0
    return lay_in(st, now, i, s)


@compiled
def _pull(st: Arrays, now: State, bins: Bins, i: int) -> float:
    """Take material i out; the cost saved."""
    b = bins.at[i]
    bins.owner[b : b + st.need[st.profile[i], now.where[i]]] = -1
    bins.at[i] = -1
    bins.moves[0] -= 1 if bins.today[i] >= 0 and bins.today[i] != b else 0
    return take_out(st, now, i)


@compiled
def _gap(bins: Bins, s: int, need: int) -> int:
    """Where the tightest stretch of free bins of a segment begins that holds so many; -1 if none does."""
    best, tight, run = -1, 1 << 60, 0
    end = bins.first[s + 1]
    for b in range(bins.first[s], end + 1):
        if b < end and bins.owner[b] < 0:
            run += 1
            continue
        if need <= run < tight:
            best, tight = b - run, run
        run = 0
    return best


@compiled
def _home(st: Arrays, now: State, bins: Bins, i: int) -> int:
    """The segment of today's place of material i if its bins are free; -1 if not."""
    b = bins.today[i]
    if b < 0:
        return -1
    s = np.searchsorted(bins.first, b, side="right") - 1
    for n in range(b, b + st.need[st.profile[i], s]):
        if bins.owner[n] >= 0:
            return -1
    for n in range(st.apart_start[i], st.apart_start[i + 1]):
        other = now.where[st.apart[n]]
        if other >= 0 and st.aisle[other] == st.aisle[s]:
            return -1
    return int(s)


@compiled
def _back(st: Arrays, now: State, bins: Bins, i: int, shared: float) -> float:
    """Lay material i in where it costs least, at home where that costs no more; its cost, inf without room."""
    home = _home(st, now, bins, i)
    best, chosen, begin = np.inf, -1, -1
    open_to(st, now, i, shared)
    paid = st.linear[st.cost_row[i]]
    if home >= 0:
        best, chosen, begin = (paid[home] + now.opening[st.aisle[home]]) * (1 - 1e-9), home, bins.today[i]
    if bins.moves[0] < bins.moves[1] or bins.today[i] < 0:
        for a in range(len(st.start) - 1):
            if best_segment(st, now, i, a) < 0:
                continue
            for s in range(st.start[a], st.start[a + 1]):
                need = st.need[st.profile[i], s]
                cost = paid[s] + now.opening[a] if 0 < need <= now.free[s] else np.inf
                b = _gap(bins, s, need) if cost < best else -1
                if b >= 0:
                    best, chosen, begin = cost, s, b
    return np.inf if chosen < 0 else _put(st, now, bins, i, chosen, begin)


@compiled
def _round(st: Arrays, now: State, bins: Bins, out: Taken, heat: float) -> float:
    """One round; by how much the cost changed, 0 where it was taken back."""
    ruin(st, now, out)
    put_in_order(st, now, out)
    change = 0.0
    for n in range(out.size[0]):
        i = out.items[n]
        out.marked[i] = 0
        bins.back[i], out.old[n] = bins.at[i], now.where[i]
        change -= _pull(st, now, bins, i)
    shared = 0.5 * below(now.dice, 3)
    for n in range(out.size[0]):
        change += _back(st, now, bins, out.items[n], shared)
        if change == np.inf:
            break
    if change <= -heat * np.log(share(now.dice)):
        return change
    for n in range(out.size[0]):
        if bins.at[out.items[n]] >= 0:
            _pull(st, now, bins, out.items[n])
    for n in range(out.size[0]):
        i = out.items[n]
        _put(st, now, bins, i, out.old[n], bins.back[i])
    return 0.0


@compiled
def _rounds(st: Arrays, now: State, bins: Bins, out: Taken, record: Ints, costs: Floats) -> None:
    """Rounds at one temperature; `costs` [3]: now, best, temperature. `record` [I] takes the best first bins."""
    for _ in range(bins.moves[2]):
        out.size[1] = 2 + below(now.dice, min(len(out.items), 40))
        costs[0] += _round(st, now, bins, out, costs[2])
        if costs[0] < costs[1] - 1e-9 * abs(costs[1]):
            costs[1] = costs[0]
            overwrite(record, bins.at)


class Relocation:
    """A plan of few moves, bettered round by round: `at` [I] holds first bins, `cost` the objective."""

    def __init__(self, store: Store, seed: int) -> None:
        """Begin with today's plan; raises RulesClash where more must move than may."""
        self._store = store
        self._st = arrays(store)
        self._now = state(store, np.full(store.materials, -1, np.int64), seed)
        most = store.problem.rules.most_moves
        first = first_bins(store)
        today = _bins_of(store, first, store.problem.today or {})
        self._forced = len(store.problem.today or {}) - int((today >= 0).sum())
        limit = store.materials if most is None else most - self._forced
        none = np.full(store.materials, -1, np.int64)
        moves = np.array([0, limit, _ROUNDS], np.int64)
        self._bins = Bins(np.full(int(first[-1]), -1, np.int64), none, today, first, moves, none.copy())
        self.cost = self._first_plan()
        self.at = self._bins.at.copy()

    def _first_plan(self) -> float:
        """Everything at home that may be, then the rest."""
        st, now, bins = self._st, self._now, self._bins
        if bins.moves[1] < 0:
            most = self._store.problem.rules.most_moves
            raise clashing(rule("most", most=most), rule("today"))
        cost, left = 0.0, []
        for i in range(self._store.materials):
            home = _home(st, now, bins, i)
            if home >= 0:
                cost += _put(st, now, bins, i, home, int(bins.today[i]))
            else:
                left.append(i)
        left.sort(key=lambda i: -int(self._store.volume[i]))
        for i in left:
            cost += _back(st, now, bins, i, 0.0)
            if cost == np.inf:
                raise clashing(rule("most", most=bins.moves[1]), rule("without", count=len(left)))
        return cost

    @property
    def moved(self) -> int:
        """How many materials lie elsewhere than today in the best plan."""
        today = self._bins.today
        return self._forced + int(((today >= 0) & (today != self.at)).sum())

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to better: all have a place today, and none may leave it."""
        return self._bins.moves[1] == 0 and bool((self._bins.today >= 0).all())

    def allow(self, most: int) -> None:
        """Let so many lie elsewhere than today; go on from the best plan."""
        self._bins.moves[1] = most - self._forced
        self._go_to(self.at)

    def begin_at(self, places: Mapping[str, Place]) -> bool:
        """Go on from these places of all materials if no rule forbids them and they cost less; whether that is so."""
        at = _bins_of(self._store, self._bins.first, places)
        if (at < 0).any():
            return False
        where = self._segments_of(at)
        cost = self._store.objective(where)
        if cost >= self.cost or not self._store.fits(where):
            return False
        self.cost, self.at = cost, at
        self._go_to(at)
        return True

    def _go_to(self, at: Ints) -> None:
        """Lay everything as in `at` [I]."""
        st, now, bins = self._st, self._now, self._bins
        for i in range(self._store.materials):
            if bins.at[i] >= 0:
                _pull(st, now, bins, i)
        for i, s in enumerate(self._segments_of(at).tolist()):
            _put(st, now, bins, i, s, int(at[i]))

    def _segments_of(self, at: Ints) -> Ints:
        return np.searchsorted(self._bins.first, at, side="right").astype(np.int64) - 1

    def improve(self) -> Iterator[None]:
        """Better it; yields about ten times a second."""
        for cycle in range(_CYCLES):
            heats = (_HEATS[cycle % 2] * 50.0 ** (-part / _CYCLE) for part in range(_CYCLE))
            yield from self._anneal(heats)

    def cool(self, rounds: int, used: Callable[[], float]) -> Iterator[None]:
        """Better it in one fall of the temperature over so many rounds; yields about ten times a second.

        It falls faster where more of the time is used than of the rounds; `used` answers the share, 1 at the end.
        """
        parts = -(-rounds // _ROUNDS)
        shares = (max(part / parts, used()) for part in range(parts))
        yield from self._anneal(_HEATS[0] * 50.0 ** (-share) for share in takewhile(lambda one: one < 1, shares))

    def _anneal(self, heats: Iterable[float]) -> Iterator[None]:
        """Rounds at each temperature, in mean costs of entering an aisle, from the plan where it stands."""
        out = taken(self._store.materials, self._store.models, self._store.materials)
        scale = scale_of(self._store)
        costs = np.array([self._store.objective(self._now.where), self.cost, 0.0])
        for heat in heats:
            costs[2] = scale * heat
            _rounds(self._st, self._now, self._bins, out, self.at, costs)
            self.cost = float(costs[1])
            yield

    def where(self) -> Ints:
        """The segment of each material [I] in the best plan."""
        return self._segments_of(self.at)

    def places(self) -> dict[str, Place]:
        """The best plan as places."""
        seg, first = self._store.segments, self._bins.first
        return {
            material.key: Place(int(seg.aisle[s]), int(seg.rack[s]), int(seg.first[s] + self.at[i] - first[s]))
            for i, (material, s) in enumerate(zip(self._store.problem.materials, self.where().tolist(), strict=True))
        }


def _bins_of(store: Store, first: Ints, places: Mapping[str, Place]) -> Ints:
    """The first bin of each material's place [I]; -1 where it has none, or one that the rules forbid."""
    found = np.full(store.materials, -1, np.int64)
    seg = store.segments
    for i, material in enumerate(store.problem.materials):
        place = places.get(material.key)
        if place is None:
            continue
        bins = bins_in(store.problem, i, place)
        for s in range(int(seg.start[place.aisle]), int(seg.start[place.aisle + 1])):
            inside = seg.first[s] <= place.first_bin and place.first_bin + bins <= seg.first[s] + seg.bins[s]
            if seg.rack[s] == place.rack and inside and store.need[store.profile[i], s] == bins > 0:
                found[i] = first[s] + place.first_bin - seg.first[s]
    return found
