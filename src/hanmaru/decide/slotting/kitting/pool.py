"""The fillings known, of no aisle yet: any aisle that has the room may take one, less what may not lie there."""

from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numba import njit

from hanmaru.decide.slotting.kitting.filling import Prices
from hanmaru.decide.slotting.kitting.frame import Spans, every, offered
from hanmaru.decide.slotting.kitting.relaxed import Relaxed
from hanmaru.decide.slotting.kitting.served import IN, OPEN, OUT
from hanmaru.decide.slotting.kitting.store import Flags, Floats, Ints

Filling = tuple[Ints, Floats]
"""Models [M], 1 for those in it, and what it holds [K]."""
_FIRST_ROOM = 256
_FINE = 1024
"""Amounts that differ by less than a part of a unit so small are the same."""


class _Rows(NamedTuple):
    """Rows of numbers at some places: those of row n are number[start[n]] .. number[start[n + 1] - 1]."""

    start: Ints
    place: Ints
    number: Floats


class Pool:
    """N fillings, each with a name that stays when others are forgotten. The first holds nothing.

    `let` says what may enter where.
    """

    def __init__(self, part: Relaxed) -> None:
        """Nothing but the empty filling."""
        self._part = part
        models, classes = len(part.least), len(part.volume)
        self._sets, self._amounts = _no_rows(), _no_rows()
        self._volume, self._names = np.zeros(_FIRST_ROOM), np.zeros(_FIRST_ROOM, np.int64)
        self._known: dict[bytes, int] = {}
        self._needs = np.zeros((classes, models))
        self._needs[np.repeat(np.arange(classes), np.diff(part.use_start)), part.use] = 1
        self._made = self.size = 0
        aisles = len(part.capacity)
        self.let(np.zeros((models, aisles), np.int64), every(models, aisles))
        self.add(np.zeros(models, np.int64), np.zeros(classes))

    def add(self, sets: Ints, amounts: Floats) -> bool:
        """Add a filling, `sets` [M], `amounts` [K]; whether it was new."""
        key = blake2b(sets.astype(np.int8).tobytes() + np.rint(amounts * _FINE).tobytes(), digest_size=16).digest()
        if key in self._known:
            return False
        if self.size == len(self._names):
            self._names = np.concatenate([self._names, np.zeros_like(self._names)])
            self._volume = np.concatenate([self._volume, np.zeros_like(self._volume)])
        self._known[key] = self._names[self.size] = self._made
        self._volume[self.size] = amounts.sum()
        self._sets = _appended(self._sets, self.size, sets.astype(np.float64))
        self._amounts = _appended(self._amounts, self.size, amounts)
        self._made, self.size = self._made + 1, self.size + 1
        return True

    def let(self, status: Ints, spans: Spans) -> None:
        """Let models enter as `status` [M, A] says: fillings lose what needs models that are out, and gain those in.

        Prices pay for `spans`.
        """
        self._status, self._spans = status, spans
        self._keep = self._needs @ (status == OUT) == 0

    def reduced(self, prices: Prices) -> Floats:
        """[N, A]: what each filling costs in each aisle less what it is worth; infinite where it has not the room."""
        margin = self._part.walk - offered(prices, self._spans, len(self._status)).entry
        free = np.where(self._status == OPEN, margin, 0.0)
        sure = np.where(self._status == IN, margin, 0.0).sum(axis=0)
        reduced = np.empty((self.size, len(sure)))
        worth = prices.price[:, None] * self._keep
        _reduce(self._sets, self._amounts, self._volume, free, sure, worth, self._part.capacity, reduced)
        return reduced

    def paying(self, prices: Prices, rent: Floats, inside: Flags, most: int, least: float) -> tuple[Ints, Ints]:
        """Up to `most` fillings an aisle, and these aisles, that better `rent` [A] most, by at least `least`.

        Those `inside` [N, A] are left out; there may be more fillings than it knows.
        """
        reduced = self.reduced(prices)
        found = np.full((len(rent), most), -1, np.int64)
        _best(reduced, rent, inside, least, found)
        at, place = np.nonzero(found >= 0)
        return found[at, place], at

    def taken(self, which: Ints, at: Ints) -> tuple[Flags, Floats]:
        """The fillings `which` [P] as aisles `at` [P] may take them: models [P, M] and amounts [P, K]."""
        status = self._status.T[at]
        sets = _dense(self._sets, which, len(self._status)) > 0
        amounts = _dense(self._amounts, which, len(self._keep))
        return (sets & (status != OUT)) | (status == IN), amounts * self._keep.T[at]

    def named(self, which: Ints) -> Ints:
        """The names of fillings."""
        return self._names[which]

    def placed(self, names: Ints) -> Ints:
        """Where fillings of these names are; -1 for those forgotten."""
        at = np.minimum(np.searchsorted(self._names[: self.size], names), self.size - 1)
        return np.where(self._names[at] == names, at, -1)

    def keep(self, kept: Ints) -> None:
        """Forget all fillings but these, in order; the empty one is among them."""
        names = set(self._names[kept].tolist())
        self._known = {key: name for key, name in self._known.items() if name in names}
        self._sets, self._amounts = _some(self._sets, kept), _some(self._amounts, kept)
        self._volume, self._names = self._volume[kept], self._names[kept]
        self.size = len(kept)

    def all(self) -> list[Filling]:
        """Every filling."""
        every = np.arange(self.size)
        sets = _dense(self._sets, every, len(self._status)).astype(np.int64)
        return list(zip(sets, _dense(self._amounts, every, len(self._keep)), strict=True))


def _no_rows() -> _Rows:
    return _Rows(np.zeros(_FIRST_ROOM, np.int64), np.zeros(_FIRST_ROOM, np.int64), np.zeros(_FIRST_ROOM))


def _appended(rows: _Rows, size: int, row: Floats) -> _Rows:
    """Rows with one more at the end; `size` there are."""
    used = np.flatnonzero(row)
    first = int(rows.start[size])
    last = first + len(used)
    start, place, number = rows
    if size + 1 >= len(start):
        start = np.concatenate([start, np.zeros_like(start)])
    while last > len(place):
        place, number = np.concatenate([place, np.zeros_like(place)]), np.concatenate([number, np.zeros_like(number)])
    start[size + 1], place[first:last], number[first:last] = last, used, row[used]
    return _Rows(start, place, number)


def _some(rows: _Rows, kept: Ints) -> _Rows:
    """Some of the rows."""
    length = (rows.start[1:] - rows.start[:-1])[kept]
    start = np.concatenate([[0], np.cumsum(length)])
    at = np.arange(start[-1]) + np.repeat(rows.start[kept] - start[:-1], length)
    return _Rows(start, rows.place[at], rows.number[at])


def _dense(rows: _Rows, which: Ints, width: int) -> Floats:
    """Rows `which` [P] laid out, [P, width]."""
    wanted = _some(rows, which)
    dense = np.zeros((len(which), width))
    dense[np.repeat(np.arange(len(which)), np.diff(wanted.start)), wanted.place] = wanted.number
    return dense


@njit(cache=True, nogil=True)
def _reduce(
    sets: _Rows, amounts: _Rows, volume: Floats, cost: Floats, sure: Floats, worth: Floats, room: Floats, out: Floats
) -> None:
    """Fill `out` [N, A]: what models cost, `cost` [M, A], and `sure` [A], less what classes are worth, [K, A]."""
    for n in range(len(out)):
        for a in range(len(sure)):
            out[n, a] = sure[a] if volume[n] <= room[a] * (1 + 1e-9) else np.inf
        for at in range(sets.start[n], sets.start[n + 1]):
            for a in range(len(sure)):
                out[n, a] += cost[sets.place[at], a]
        for at in range(amounts.start[n], amounts.start[n + 1]):
            for a in range(len(sure)):
                out[n, a] -= amounts.number[at] * worth[amounts.place[at], a]


@njit(cache=True, nogil=True)
def _best(reduced: Floats, rent: Floats, inside: Flags, least: float, found: Ints) -> None:
    """The fillings of least `reduced` [N, A] into `found` [A, most], each aisle's best first."""
    most = found.shape[1]
    value = np.full(found.shape, -least)
    for n in range(len(reduced)):
        for a in range(len(rent)):
            here = reduced[n, a] - rent[a]
            if here >= value[a, most - 1] or (n < len(inside) and inside[n, a]):
                continue
            place = most - 1
            while place > 0 and here < value[a, place - 1]:
                value[a, place], found[a, place] = value[a, place - 1], found[a, place - 1]
                place -= 1
            value[a, place], found[a, place] = here, n
