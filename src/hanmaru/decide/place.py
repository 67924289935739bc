"""A place goods may be put, with what is left of its capacity."""

from __future__ import annotations

from dataclasses import dataclass, field

from hanmaru.decide.goods import Size


@dataclass(frozen=True, slots=True)
class Place:
    """A candidate place. A limit that is None is no limit.

    `position` is how far along the walk the place lies (any unit, smaller is nearer);
    `free_volume` mm3, `free_weight` g and `free_count` units are what is left now; `inner` is the
    opening in mm. `classes` are the storage classes that alone may lie here; an empty set takes
    goods of any class and of none. `same_variant` counts units of the same variant that lie here already;
    `affinity` (0 to 1) says how often what lies here is bought together with the goods.
    """

    key: str
    position: float = 0.0
    free_volume: int | None = None
    free_weight: int | None = None
    free_count: int | None = None
    inner: Size | None = None
    classes: frozenset[str] = field(default_factory=frozenset)
    same_variant: int = 0
    affinity: float = 0.0
    open: bool = True
