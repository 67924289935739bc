"""Where a listener's messages wait to be read."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

CAPACITY = 1000

Message = TypeVar("Message")


class Inbox(Generic[Message]):
    """Messages for one listener, put in from any thread, taken out in the event loop it was made in.

    It holds the newest `CAPACITY`: a page that does not keep up must not fill the memory of the web process.
    """

    def __init__(self) -> None:
        """Belong to the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Message] = deque(maxlen=CAPACITY)
        self._arrived = asyncio.Event()

    def put(self, message: Message) -> None:
        """Add a message; may be called from any thread."""
        self._waiting.append(message)
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._arrived.set)

    async def read(self) -> AsyncIterator[Message]:
        """Answer the messages in order, for ever."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                yield self._waiting.popleft()
