"""A part of the plans: which models may enter which aisles, and how many; and how far its bound has come."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from highspy import HighsBasisStatus

from hanmaru.decide.slotting.kitting.filling import Offer, Prices
from hanmaru.decide.slotting.kitting.served import IN, OPEN, OUT
from hanmaru.decide.slotting.kitting.store import Flags, Floats, Ints


@dataclass(frozen=True)
class Basis:
    """Where the simplex stood: the fillings in the basis by their numbers with their aisles, stand-ins, and rows."""

    names: Ints
    at: Ints
    stand_ins: Flags
    rows: list[HighsBasisStatus]


class Spans(NamedTuple):
    """X counts of entering: the first M count how many aisles each model enters, others how many of some aisles."""

    model: Ints
    """[X]."""
    over: Flags
    """[X, A]: the aisles in which entering counts."""


def every(models: int, aisles: int) -> Spans:
    """Each model over all aisles."""
    return Spans(np.arange(models), np.ones((models, aisles), bool))


def offered(prices: Prices, spans: Spans, models: int) -> Offer:
    """What prices pay: a model that enters an aisle is paid by each span that counts it."""
    entry = np.zeros((models, spans.over.shape[1]))
    np.add.at(entry, spans.model, prices.extra[:, None] * spans.over)
    return Offer(prices.price, entry)


@dataclass
class Frame:
    """What a node allows, and how far its bound has come."""

    status: Ints
    """[M, A]: open, out or in."""
    spans: Spans
    least: Floats
    most: Floats
    """[X]: between how many aisles of its span a model enters."""
    prices: Prices
    bound: float = -np.inf
    """Proven."""
    early: float = 0.02
    """The part of what is missing by which the bound may be less sharp."""
    basis: Basis | None = None
    """Where the simplex stood in the node above."""


def settled(frame: Frame) -> Frame:
    """A frame with what follows from its counts: a model enters no more than it may, and all that it must."""
    model, over = frame.spans
    status = frame.status.copy()
    full = ((status[model] == IN) & over).sum(axis=1) >= frame.most
    short = ((status[model] != OUT) & over).sum(axis=1) <= frame.least
    for x in np.flatnonzero(full | short).tolist():
        own = status[model[x]]
        own[over[x] & (own == OPEN)] = OUT if full[x] else IN
    return replace(frame, status=status)


def span(frame: Frame, m: int, over: Flags) -> tuple[int | None, float, float]:
    """The span that counts model m in the aisles `over` [A], None if there is none; between how many that must be."""
    same = np.flatnonzero((frame.spans.model == m) & (frame.spans.over == over).all(axis=1))
    if len(same) == 0:
        return None, 0.0, float(over.sum())
    x = int(same[0])
    return x, float(frame.least[x]), float(frame.most[x])


def counted(frame: Frame, m: int, over: Flags, least: float, most: float) -> Frame:
    """A frame in which model m enters at least `least` and at most `most` of the aisles `over` [A]."""
    x, low, high = span(frame, m, over)
    if x is None:
        spans = Spans(np.append(frame.spans.model, m), np.append(frame.spans.over, over[None], axis=0))
        prices = Prices(frame.prices.price, np.append(frame.prices.extra, 0.0))
        lower, upper = np.append(frame.least, least), np.append(frame.most, most)
        return settled(replace(frame, spans=spans, prices=prices, least=lower, most=upper))
    lower, upper = frame.least.copy(), frame.most.copy()
    lower[x], upper[x] = max(low, least), min(high, most)
    return settled(replace(frame, least=lower, most=upper))
