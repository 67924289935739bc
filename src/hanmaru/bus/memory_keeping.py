"""Keys and files within one process."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from hanmaru.bus.memory import matches
from hanmaru.bus.streams import Kept, NoSuchStream, WrongRevision, checked_subject


class MemoryBucket:
    """Keys and values; `max_age` in seconds, 0 for ever."""

    def __init__(self, max_age: float = 0) -> None:
        """Begin empty."""
        self._max_age = max_age
        self._kept: dict[str, tuple[float, Kept]] = {}
        self._last = 0
        self._watching: list[tuple[str, asyncio.Queue[Kept]]] = []

    async def get(self, key: str) -> Kept | None:
        """Answer the value, or None."""
        return self._now(checked_subject(key))

    async def put(self, key: str, value: bytes, *, revision: int | None = None) -> int:
        """Keep a value."""
        there = self._now(checked_subject(key))
        if revision is not None and revision != (there.revision if there else 0):
            raise WrongRevision(key=key)
        return self._write(key, bytes(value))

    async def delete(self, key: str) -> None:
        """Forget a key."""
        self._write(checked_subject(key), None)

    async def all(self, pattern: str = ">") -> Sequence[Kept]:
        """Answer every key that fits, by key."""
        found = (self._now(key) for key in sorted(self._kept) if matches(pattern, key))
        return [kept for kept in found if kept is not None]

    @asynccontextmanager
    async def watch(self, pattern: str = ">") -> AsyncIterator[AsyncIterator[Kept]]:
        """Answer what is there now and then every change."""
        waiting: asyncio.Queue[Kept] = asyncio.Queue()
        for kept in sorted(await self.all(pattern), key=lambda kept: kept.revision):
            waiting.put_nowait(kept)
        watching = (pattern, waiting)
        self._watching.append(watching)

        async def changes() -> AsyncIterator[Kept]:
            while True:
                yield await waiting.get()

        try:
            yield changes()
        finally:
            self._watching.remove(watching)

    def _now(self, key: str) -> Kept | None:
        since, kept = self._kept.get(key, (0.0, None))
        if kept is None or kept.value is None:
            return None
        if self._max_age and since + self._max_age <= asyncio.get_running_loop().time():
            return None
        return kept

    def _write(self, key: str, value: bytes | None) -> int:
        self._last += 1
        kept = Kept(key, value, self._last)
        self._kept[key] = (asyncio.get_running_loop().time(), kept)
        for pattern, waiting in self._watching:
            if matches(pattern, key):
                waiting.put_nowait(kept)
        return self._last


class MemoryObjects:
    """Files."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: dict[str, bytes] = {}

    async def put(self, name: str, file: Path) -> str:
        """Keep a file."""
        self._kept[name] = await asyncio.to_thread(file.read_bytes)
        return hashlib.sha256(self._kept[name]).hexdigest()

    async def get(self, name: str, file: Path) -> str:
        """Write the object to a file."""
        if name not in self._kept:
            raise NoSuchStream(what="object", name=name)
        draft = file.with_name(f".{file.name}.{uuid4().hex}")
        await asyncio.to_thread(draft.write_bytes, self._kept[name])
        await asyncio.to_thread(draft.replace, file)
        return hashlib.sha256(self._kept[name]).hexdigest()

    async def names(self) -> Sequence[str]:
        """Answer what there is."""
        return sorted(self._kept)

    async def delete(self, name: str) -> None:
        """Forget one."""
        if self._kept.pop(name, None) is None:
            raise NoSuchStream(what="object", name=name)
