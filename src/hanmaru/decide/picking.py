"""The order in which a picker walks: S-shape (serpentine) through the aisles.

The first aisle visited in a zone is walked up, the next down, and so on; aisles with nothing to
pick are skipped and do not count. S-shape: R. de Koster, T. Le-Duc, K. J. Roodbergen, "Design and
control of warehouse order picking", EJOR 182 (2007), section 7.
"""

from __future__ import annotations

import re
from functools import cmp_to_key
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["NaturalKey", "natural_key", "path_key", "walking_order"]

Line = TypeVar("Line")
NaturalKey = tuple[tuple[int, int, str], ...]
"""A label cut into numbers and words, so that 2 sorts before 10 and A before B."""

LEVELS = ("site", "zone", "aisle", "rack", "level", "bin")
"""What the parts of a place's path mean, from the left; a path may be shorter."""

_AISLE_PARTS = 3
_RACK = LEVELS.index("rack")
_LEVEL = LEVELS.index("level")
_CHUNKS = re.compile(r"[0-9]+|[^0-9]+")


def natural_key(label: str) -> NaturalKey:
    """Sort key by which `A2` comes before `A10`; case does not matter unless nothing else differs."""
    chunks = _CHUNKS.findall(label)
    split = tuple((0, int(chunk), "") if chunk[0] in "0123456789" else (1, 0, chunk.casefold()) for chunk in chunks)
    return (*split, (-1, 0, label))


def path_key(path: str) -> tuple[NaturalKey, ...]:
    """Natural sort key of a place path `site.zone.aisle.rack.level.bin`, for lists and labels."""
    return tuple(natural_key(part) for part in path.split("."))


def walking_order(lines: Iterable[Line], place: Callable[[Line], str]) -> list[Line]:
    """Sort the lines into walking order; `place` tells a line's path.

    Within an aisle racks follow the direction of the walk; at a rack, levels go from the floor up
    and the bins of a level follow the direction again. Lines at one place keep their order.
    """
    keyed = [(path_key(place(line)), line) for line in lines]
    upward = _directions(key for key, _ in keyed)

    def compare(left: tuple[tuple[NaturalKey, ...], Line], right: tuple[tuple[NaturalKey, ...], Line]) -> int:
        return _compare(left[0], right[0], upward)

    return [line for _, line in sorted(keyed, key=cmp_to_key(compare))]


def _directions(keys: Iterable[tuple[NaturalKey, ...]]) -> dict[tuple[NaturalKey, ...], bool]:
    """For every aisle visited: whether it is walked up (first to last rack)."""
    aisles = sorted({key[:_AISLE_PARTS] for key in keys if len(key) > _AISLE_PARTS})
    upward: dict[tuple[NaturalKey, ...], bool] = {}
    zone: Sequence[NaturalKey] | None = None
    up = True
    for aisle in aisles:
        up = True if aisle[:-1] != zone else not up
        zone = aisle[:-1]
        upward[aisle] = up
    return upward


def _compare(
    left: tuple[NaturalKey, ...],
    right: tuple[NaturalKey, ...],
    upward: dict[tuple[NaturalKey, ...], bool],
) -> int:
    for depth, (one, other) in enumerate(zip(left, right, strict=False)):
        if one == other:
            continue
        before = -1 if one < other else 1
        turned = depth >= _RACK and depth != _LEVEL and not upward[left[:_AISLE_PARTS]]
        return -before if turned else before
    return (len(left) > len(right)) - (len(left) < len(right))
