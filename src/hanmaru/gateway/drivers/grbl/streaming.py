"""Lines on their way to the machine: as many as its buffer holds, and which of them it has answered.

Source: grbl 1.1, doc/markdown/interface.md, "Streaming Protocol: Character-Counting". The machine answers each line
once, in order, when it has taken it out of its receive buffer of 128 bytes.
"""

import asyncio
from collections import deque
from typing import Final

BUFFER: Final = 128


class Lost(Exception):
    """The machine has forgotten what was sent: a reset, or the line is gone."""


class Streaming:
    """Counts the characters that the machine has not answered yet."""

    def __init__(self, capacity: int = BUFFER) -> None:
        self._capacity = capacity
        self._sent: deque[tuple[int, asyncio.Future[int]]] = deque()
        self._room = asyncio.Event()

    @property
    def used(self) -> int:
        """Answer how many bytes of the machine's buffer are ours."""
        return sum(size for size, _ in self._sent)

    async def room_for(self, size: int) -> None:
        """Wait until so many bytes fit. Raise ValueError for more than can ever fit."""
        if size > self._capacity:
            raise ValueError(size)
        while self.used + size > self._capacity:
            self._room.clear()
            await self._room.wait()

    def sent(self, size: int) -> "asyncio.Future[int]":
        """Note a line of so many bytes; the future gets its error number, 0 for ok, or raises Lost."""
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(lambda done: None if done.cancelled() else done.exception())
        self._sent.append((size, answer))
        return answer

    def answered(self, error: int) -> bool:
        """Take an answer of the machine; False for one that no line of ours waited for."""
        if not self._sent:
            return False
        _, future = self._sent.popleft()
        if not future.done():
            future.set_result(error)
        self._room.set()
        return True

    def forget(self) -> None:
        """End all that waits: the machine knows nothing of it any more."""
        while self._sent:
            _, future = self._sent.popleft()
            if not future.done():
                future.set_exception(Lost())
        self._room.set()
