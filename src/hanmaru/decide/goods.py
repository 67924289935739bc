"""What is put away: some units of one variant."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

Size = tuple[int, int, int]
"""Length, width and height in millimetres."""


@dataclass(frozen=True, slots=True)
class Goods:
    """`quantity` equal units of one variant; what is not known about a unit is None.

    `size`, `weight` and `volume` are those of one unit (mm, g, mm3); `volume` defaults to the
    product of `size`. `storage_class` None means the goods may lie wherever no class is asked for.
    """

    variant: str
    quantity: int
    size: Size | None = None
    weight: int | None = None
    storage_class: str | None = None
    volume: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be put away, naming the bound."""
        if self.quantity < 1:
            message = f"quantity must be at least 1, not {self.quantity}"
            raise ValueError(message)
        if self.size is not None and min(self.size) < 1:
            message = f"size must be at least 1 mm in each direction, not {self.size}"
            raise ValueError(message)

    @property
    def unit_volume(self) -> int | None:
        """Cubic millimetres of one unit, or None when neither volume nor size is known."""
        if self.volume is not None:
            return self.volume
        return prod(self.size) if self.size is not None else None
