"""A part of the plans: which models may enter which aisles, and how many; and how far its bound has come."""

from dataclasses import dataclass, replace

import numpy as np
from highspy import HighsBasisStatus

from hanmaru.decide.slotting.kitting.filling import Prices
from hanmaru.decide.slotting.kitting.served import IN, OPEN, OUT
from hanmaru.decide.slotting.kitting.store import Flags, Floats, Ints


@dataclass(frozen=True)
class Basis:
    """Where the simplex stood: the fillings in the basis by their numbers with their aisles, stand-ins, and rows."""

    names: Ints
    at: Ints
    stand_ins: Flags
    rows: list[HighsBasisStatus]


@dataclass
class Frame:
    """What a node allows, and how far its bound has come."""

    status: Ints
    """[M, A]: open, out or in."""
    least: Floats
    most: Floats
    """[M]: between how many aisles each model enters."""
    prices: Prices
    bound: float = -np.inf
    """Proven."""
    early: float = 0.02
    """The part of what is missing by which the bound may be less sharp."""
    basis: Basis | None = None
    """Where the simplex stood in the node above."""


def settled(frame: Frame) -> Frame:
    """A frame with what follows from its counts: a model enters no more than it may, and all that it must."""
    entered, left = (frame.status == IN).sum(axis=1), (frame.status != OUT).sum(axis=1)
    rest = np.where(entered >= frame.most, OUT, np.where(left <= frame.least, IN, OPEN))
    return replace(frame, status=np.where(frame.status == OPEN, rest[:, None], frame.status))
