"""Load equal and unequal items into one box.

The maximal-space heuristic: the empty room is kept as all the largest empty cuboids (they overlap);
one is chosen, filled with a block of equal items, and the rest is cut again. F. Parreño,
R. Alvarez-Valdes, J. M. Tamarit, J. F. Oliveira, "A maximal-space algorithm for the container
loading problem", INFORMS Journal on Computing 20 (2008), sections 3.1-3.4. Its random restarts are
replaced by a fixed handful of orders, so that the same order is packed the same way every time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import permutations, product
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from hanmaru.decide.goods import Size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Space = tuple[int, int, int, int, int, int]
"""An empty cuboid: its lower corner x, y, z and its upper corner x, y, z."""

ANY_WAY_UP = frozenset({0, 1, 2})
THIS_WAY_UP = frozenset({2})


@dataclass(frozen=True, slots=True)
class Item:
    """`quantity` equal things to pack: size in mm, weight in g of one, None where not known.

    `up` holds the axes of `size` (0, 1, 2) that may point up: all of them, or `THIS_WAY_UP`.
    """

    key: str
    quantity: int = 1
    size: Size | None = None
    weight: int | None = None
    up: frozenset[int] = ANY_WAY_UP

    def __post_init__(self) -> None:
        """Refuse what cannot be packed, naming the bound."""
        if self.quantity < 1:
            message = f"quantity of {self.key} must be at least 1, not {self.quantity}"
            raise ValueError(message)
        if self.size is not None and min(self.size) < 1:
            message = f"size of {self.key} must be at least 1 mm in each direction, not {self.size}"
            raise ValueError(message)
        if not self.up or not self.up <= ANY_WAY_UP:
            message = f"up of {self.key} must name axes 0, 1 or 2, not {sorted(self.up)}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Placement:
    """One thing in its box: lower corner and extent along the box's axes, mm."""

    item: str
    corner: tuple[int, int, int]
    extent: Size


@dataclass(frozen=True, slots=True)
class Load:
    """What went into the box, and what did not: (index into the items, units)."""

    placements: tuple[Placement, ...]
    counts: tuple[int, ...]
    volume: int
    weight: int


class _Block(NamedTuple):
    """Equal items (place `kind` in the list) in a grid: `counts` along the three axes, each of extent `unit`."""

    kind: int
    unit: Size
    counts: Size

    @property
    def extent(self) -> Size:
        x, y, z = (unit * count for unit, count in zip(self.unit, self.counts, strict=True))
        return x, y, z


@dataclass(slots=True)
class _State:
    """A box being loaded."""

    items: Sequence[Item]
    turns: list[list[Size]]
    left: list[int]
    spaces: list[Space]
    weight_left: int | None
    blocks: list[tuple[_Block, tuple[int, int, int]]] = field(default_factory=list)


Choice = tuple[int, ...]
_SPACE_ORDERS: tuple[Callable[[Space], Choice], ...] = (
    lambda s: (s[2], s[0], s[1]),
    lambda s: (s[0], s[2], s[1]),
    lambda s: (s[1], s[2], s[0]),
)


def _by_volume(space: Space, block: _Block) -> Choice:
    """Prefer the block that takes most, then the one that leaves the least beside it."""
    extent = block.extent
    gaps = sorted(space[axis + 3] - space[axis] - extent[axis] for axis in range(3))
    return (-prod(extent), *gaps)


def _by_fit(space: Space, block: _Block) -> Choice:
    """Prefer the block that touches most sides of the space, then the one that takes most."""
    extent = block.extent
    gaps = sorted(space[axis + 3] - space[axis] - extent[axis] for axis in range(3))
    return (*gaps, -prod(extent))


_BLOCK_ORDERS = (_by_volume, _by_fit)


def turns(item: Item) -> list[Size]:
    """Every way to lay the item, without repeats; empty when its size is not known."""
    if item.size is None:
        return []
    size = item.size
    ways = {(size[a], size[b], size[c]) for a, b, c in permutations(range(3)) if c in item.up}
    return sorted(ways)


def load(items: Sequence[Item], inner: Size, max_weight: int | None = None) -> Load:
    """Return the best of a few loadings of `items` into a box of `inner` mm that carries `max_weight` g.

    Items without a size are left out; an item without a weight weighs nothing here. Stops at the
    first loading that leaves nothing over. Every placement lies inside the box, none overlap.
    """
    wanted = sum(item.quantity for item in items if item.size is not None)
    best: Load | None = None
    for space_order, block_order in product(_SPACE_ORDERS, _BLOCK_ORDERS):
        found = _load_once(items, inner, max_weight, space_order, block_order)
        if best is None or found.volume > best.volume:
            best = found
        if sum(found.counts) == wanted:
            return found
    return best or Load((), tuple(0 for _ in items), 0, 0)


def _load_once(
    items: Sequence[Item],
    inner: Size,
    max_weight: int | None,
    space_order: Callable[[Space], Choice],
    block_order: Callable[[Space, _Block], Choice],
) -> Load:
    state = _State(
        items=items,
        turns=[turns(item) for item in items],
        left=[item.quantity if item.size is not None else 0 for item in items],
        spaces=[(0, 0, 0, *inner)],
        weight_left=max_weight,
    )
    while state.spaces and any(state.left):
        space = min(state.spaces, key=space_order)
        blocks = list(_blocks(state, space))
        if not blocks:
            state.spaces.remove(space)
            continue
        _place(state, space, min(blocks, key=lambda block: (block_order(space, block), block)))
    return _finish(state)


def _blocks(state: _State, space: Space) -> Iterator[_Block]:
    """Columns, layers and grids of each item, each way up, that the space and the weight allow."""
    for index, item in enumerate(state.items):
        units = state.left[index]
        if state.weight_left is not None and item.weight:
            units = min(units, state.weight_left // item.weight)
        if units <= 0:
            continue
        for unit in state.turns[index]:
            fits = [(space[axis + 3] - space[axis]) // unit[axis] for axis in range(3)]
            if min(fits) > 0:
                yield from _grids(index, unit, fits, units)


def _grids(index: int, unit: Size, fits: Sequence[int], units: int) -> Iterator[_Block]:
    seen: set[tuple[int, ...]] = set()
    for order in permutations(range(3)):
        counts = [1, 1, 1]
        rest = units
        for axis in order:
            counts[axis] = min(fits[axis], rest)
            rest //= counts[axis]
            if tuple(counts) not in seen:
                seen.add(tuple(counts))
                yield _Block(index, unit, (counts[0], counts[1], counts[2]))
            if rest == 0:
                break


def _place(state: _State, space: Space, block: _Block) -> None:
    corner = space[:3]
    units = prod(block.counts)
    state.blocks.append((block, corner))
    state.left[block.kind] -= units
    if state.weight_left is not None:
        state.weight_left -= units * (state.items[block.kind].weight or 0)
    x, y, z = corner
    dx, dy, dz = block.extent
    filled: Space = (x, y, z, x + dx, y + dy, z + dz)
    pieces = [piece for old in state.spaces for piece in _cut(old, filled)]
    narrowest = min(
        (min(state.items[i].size or (1,)) for i, units_left in enumerate(state.left) if units_left),
        default=None,
    )
    state.spaces = [] if narrowest is None else _maximal(pieces, narrowest)


def _cut(space: Space, filled: Space) -> Iterable[Space]:
    """Cut `filled` out of `space`: the rest as the largest cuboids (up to six, overlapping)."""
    if any(filled[axis + 3] <= space[axis] or filled[axis] >= space[axis + 3] for axis in range(3)):
        return [space]
    pieces: list[Space] = []
    for axis in range(3):
        if filled[axis] > space[axis]:
            pieces.append(_with(space, axis + 3, filled[axis]))
        if filled[axis + 3] < space[axis + 3]:
            pieces.append(_with(space, axis, filled[axis + 3]))
    return pieces


def _with(space: Space, place: int, value: int) -> Space:
    edges = list(space)
    edges[place] = value
    return edges[0], edges[1], edges[2], edges[3], edges[4], edges[5]


def _maximal(spaces: Iterable[Space], narrowest: int) -> list[Space]:
    """Without the spaces that nothing fits in, and those that lie inside another."""
    wide = {s for s in spaces if all(s[axis + 3] - s[axis] >= narrowest for axis in range(3))}
    kept: list[Space] = []
    for space in sorted(wide, key=lambda s: (-(s[3] - s[0]) * (s[4] - s[1]) * (s[5] - s[2]), s)):
        if not any(_inside(space, other) for other in kept):
            kept.append(space)
    return kept


def _inside(one: Space, other: Space) -> bool:
    return (
        other[0] <= one[0] and other[1] <= one[1] and other[2] <= one[2]
        and one[3] <= other[3] and one[4] <= other[4] and one[5] <= other[5]
    )  # fmt: skip


def _finish(state: _State) -> Load:
    placements: list[Placement] = []
    counts = [0] * len(state.items)
    volume = weight = 0
    for block, corner in state.blocks:
        item = state.items[block.kind]
        for steps in product(*(range(count) for count in block.counts)):
            x, y, z = (at + step * unit for at, step, unit in zip(corner, steps, block.unit, strict=True))
            placements.append(Placement(item.key, (x, y, z), block.unit))
        units = prod(block.counts)
        counts[block.kind] += units
        volume += units * prod(block.unit)
        weight += units * (item.weight or 0)
    return Load(tuple(placements), tuple(counts), volume, weight)
