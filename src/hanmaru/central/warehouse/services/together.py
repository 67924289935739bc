"""Work on many orders at once: each is judged by itself, those that pass go together, a refused one stays as it was.

One order refused undoes no other. What no order's own papers explain, such as stock that is not where they say, is
raised, and then nothing is done at all.
"""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from hanmaru.kernel.errors import HanmaruError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Together(Generic[T]):
    """Order id -> what was done; order id -> why it was refused."""

    done: dict[int, T] = field(default_factory=dict)
    refused: dict[int, HanmaruError] = field(default_factory=dict)

    def only(self, order_id: int) -> T:
        """What was done for this order; raises what refused it."""
        if order_id in self.refused:
            raise self.refused[order_id]
        return self.done[order_id]
