"""Compiled steps of which searches are made: functions that make no arrays, and so need not count who holds one.

Numba counts holders wherever arrays are handed on, by operations that all processors must hear of. What is handed on
here are tuples of twenty arrays, some million times a second: counting took more than half of the time. Whoever calls
holds the arrays meanwhile. A function that makes an array is refused when it is compiled, and stays with `njit`.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that makes no arrays; it lets other threads run, and is kept compiled on disk."""
    built: Callable[P, R] = njit(cache=True, nogil=True, _nrt=False)(function)  # type: ignore[call-overload]
    return built


@compiled
def overwrite(target: Ints, source: Ints) -> None:
    """Put numbers into `target` [N] in place of those there; `target[:] = source` would make an array on the way."""
    for n in range(len(target)):
        target[n] = source[n]
