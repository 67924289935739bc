"""The heartbeat between an instance and the host that supervises it: a byte a second over a pipe.

It is beaten in the instance's event loop, so a driver that blocks the loop stops it: the host then kills and restarts
that one instance. A pipe that nobody reads any more says that the host is gone: the instance ends.
"""

import asyncio
import os
from typing import Final

VARIABLE: Final = "HANMARU_GATEWAY_HEART"
EVERY: Final = 1.0  # seconds
HUNG_AFTER: Final = 15.0  # seconds without a beat
# Seconds to the first beat. An instance that starts loads Python and its driver: a second or two, but a starved machine
# took more than 15 for it, and each one was killed as hung before it had begun, for ever.
STARTING: Final = 180.0


async def beat(descriptor: int) -> None:
    """Beat until nobody listens any more."""
    os.set_blocking(descriptor, False)
    while True:
        try:
            os.write(descriptor, b".")
        except BlockingIOError:
            pass  # the host has not looked for very long; it is there
        except OSError:
            return
        await asyncio.sleep(EVERY)


async def watch(descriptor: int, hung_after: float = HUNG_AFTER, starting: float = STARTING) -> bool:
    """Listen to the beats; answer False when they stopped, True when the pipe was closed: the instance has ended."""
    loop, news, closed = asyncio.get_running_loop(), asyncio.Event(), False
    patience = starting

    def heard() -> None:
        nonlocal closed
        try:
            closed = not os.read(descriptor, 4096)
        except OSError:
            closed = True
        news.set()

    os.set_blocking(descriptor, False)
    loop.add_reader(descriptor, heard)
    try:
        while not closed:
            news.clear()
            async with asyncio.timeout(patience):
                await news.wait()
            patience = hung_after
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(descriptor)
    return True
