"""An instance ends when it is asked to, whatever hangs in it.

Once cancelled is not always cancelled: up to Python 3.11 `asyncio.wait_for` loses a cancellation that comes in the same
turn of the loop as what it waits for (python/cpython issue 86296), and the task works on. nats-py and the drivers'
libraries wait with it. And after the last line of a program asyncio waits without bound for tasks that were left
behind and for threads: a name server that does not answer, a share that hangs.
"""

import asyncio
import faulthandler
import time
from collections.abc import Callable, Collection
from typing import Any, Final

AGAIN: Final = 1.5  # seconds after which what has not ended is cancelled again
LATEST: Final = 20.0  # seconds from being asked until the process ends all the same

Task = asyncio.Task[Any]


async def ended(
    tasks: Collection[Task], seconds: float, *, again: float = AGAIN, may_cancel: Callable[[], bool] = lambda: True
) -> set[Task]:
    """Cancel tasks until they have ended; answer those that have not within so many seconds.

    While `may_cancel` answers False, a task cleans up after itself: it is only waited for.
    """
    until, first, left = time.monotonic() + seconds, True, set(tasks)
    while left and (first or time.monotonic() < until):
        if first or may_cancel():
            for task in left:
                task.cancel()
        first = False
        _, left = await asyncio.wait(left, timeout=max(0.0, min(again, until - time.monotonic())))
    for task in set(tasks) - left:
        if not task.cancelled():
            task.exception()  # told elsewhere, or too late to matter
    return left


def at_the_latest(seconds: float = LATEST) -> None:
    """End this process then, if it still runs, and write where each of its threads stood.

    The outbox and the journal are then as after a power cut, which they survive.
    """
    faulthandler.dump_traceback_later(seconds, exit=True)
