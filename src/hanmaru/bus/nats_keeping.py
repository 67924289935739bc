"""Keys and files over NATS JetStream. Source: NATS ADR-8 (key-value), ADR-20 (object store)."""

import asyncio
import base64
import hashlib
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

from nats.errors import Error as NatsError
from nats.js import JetStreamContext, api
from nats.js.errors import KeyNotFoundError
from nats.js.kv import KeyValue
from nats.js.object_store import ObjectStore

from hanmaru.bus.nats_link import Link
from hanmaru.bus.streams import Damaged, Kept, checked_subject

LINGER: Final = 5  # seconds that the server keeps a look at all keys after we left
LAST_OF_EACH: Final = api.ConsumerConfig(
    deliver_policy=api.DeliverPolicy.LAST_PER_SUBJECT,
    ack_policy=api.AckPolicy.NONE,
    inactive_threshold=LINGER,
    mem_storage=True,
)
MARKS: Final = {"KV-Operation", "Nats-Marker-Reason"}  # headers of an entry that only says that its key is gone
AT_ONCE: Final = 256  # entries asked for at once
CHUNK_WITHIN: Final = 30  # seconds within which the next piece of a file must come


class NatsBucket:
    """Keys and values."""

    def __init__(self, link: Link, name: str, keys: KeyValue) -> None:
        """Open over nats-py's own."""
        self._link, self._name, self._keys = link, name, keys

    async def get(self, key: str) -> Kept | None:
        """Answer the value, or None."""
        await self._link.ready()
        with self._link.told("bucket", self._name):
            try:
                found = await self._keys.get(checked_subject(key))
            except KeyNotFoundError:
                return None
            return Kept(key, found.value or b"", found.revision or 0)

    async def put(self, key: str, value: bytes, *, revision: int | None = None) -> int:
        """Keep a value."""
        checked_subject(key)
        await self._link.ready()
        with self._link.told("bucket", key):
            if revision is None:
                return await self._keys.put(key, value)
            if revision == 0:
                return await self._keys.create(key, value)
            return await self._keys.update(key, value, last=revision)

    async def delete(self, key: str) -> None:
        """Forget a key; the mark that it was deleted stays, for those who watch."""
        checked_subject(key)
        await self._link.ready()
        with self._link.told("bucket", key):
            await self._keys.delete(key)

    async def all(self, pattern: str = ">") -> Sequence[Kept]:
        """Answer every key that fits, by key.

        nats-py's own watch may say that it has told all before it has told any (its issue 842): they are fetched.
        """
        await self._link.ready()
        stream, wanted = f"KV_{self._name}", f"$KV.{self._name}.{pattern}"
        with self._link.told("bucket", self._name):
            place = await self._link.js.add_consumer(stream, LAST_OF_EACH.evolve(filter_subject=wanted))
            keys = await self._link.js.pull_subscribe_bind(place.name, stream=stream)
            try:
                found = [entry async for entry in self._fetched(keys, place.num_pending or 0)]
            finally:
                await keys.unsubscribe()
        return sorted(found, key=lambda kept: kept.key)

    async def _fetched(self, keys: JetStreamContext.PullSubscription, number: int) -> AsyncIterator[Kept]:
        """Fetch so many entries, or those of them that have not grown too old meanwhile; what was deleted is left."""
        while number > 0:
            try:
                messages = await keys.fetch(min(number, AT_ONCE), timeout=CHUNK_WITHIN)
            except TimeoutError:
                if (await keys.consumer_info()).num_pending:
                    raise
                return
            number -= len(messages)
            for message in messages:
                if not message.headers or not MARKS & message.headers.keys():
                    key = message.subject.removeprefix(f"$KV.{self._name}.")
                    yield Kept(key, message.data, message.metadata.sequence.stream)

    @asynccontextmanager
    async def watch(self, pattern: str = ">") -> AsyncIterator[AsyncIterator[Kept]]:
        """Answer what is there now and then every change; over a broken connection too, from where it was."""
        await self._link.ready()
        with self._link.told("bucket", self._name):
            before = (await self._keys.status()).stream_info.state.last_seq
            watcher = await self._keys.watch(pattern)

        async def changes() -> AsyncIterator[Kept]:
            async for entry in watcher:
                if entry is not None and (entry.revision > before or not entry.operation):
                    yield _kept(entry)

        try:
            yield changes()
        finally:
            with suppress(NatsError, OSError):
                await watcher.stop()  # type: ignore[no-untyped-call]


class NatsObjects:
    """Files."""

    def __init__(self, link: Link, name: str, store: ObjectStore) -> None:
        """Open over nats-py's own."""
        self._link, self._name, self._store = link, name, store

    async def put(self, name: str, file: Path) -> str:
        """Keep a file."""
        await self._link.ready()
        with self._link.told("object", name), await asyncio.to_thread(file.open, "rb") as data:
            kept = await self._store.put(name, data)
        return _sha256(kept)

    async def get(self, name: str, file: Path) -> str:
        """Write the object to a file: to one beside it first, which takes its name when it is whole and on the disk.

        nats-py's own `get` finds no object in a mirrored store: it asks for the stream by subject.
        """
        await self._link.ready()
        with self._link.told("object", name):
            told = await self._store.get_info(name)
            with _whole(file) as draft:
                digest = await self._receive(told, draft)
                if digest != _sha256(told):
                    raise Damaged(name=name)
                await asyncio.to_thread(_to_disk, draft)
        return digest

    async def _receive(self, told: api.ObjectInfo, draft: IO[bytes]) -> str:
        digest = hashlib.sha256()
        if not told.size:
            return digest.hexdigest()
        chunks = await self._link.js.subscribe(
            f"$O.{self._name}.C.{told.nuid}",
            stream=f"OBJ_{self._name}",
            ordered_consumer=True,
            inactive_threshold=CHUNK_WITHIN,
        )
        try:
            left = told.size
            while left > 0:
                chunk = (await chunks.next_msg(CHUNK_WITHIN)).data
                left -= len(chunk)
                digest.update(chunk)
                await asyncio.to_thread(draft.write, chunk)
        finally:
            await chunks.unsubscribe()
        return digest.hexdigest()

    async def names(self) -> Sequence[str]:
        """Answer what there is."""
        await self._link.ready()
        with self._link.told("object store", self._name):
            return sorted(one.name for one in await self._store.list(ignore_deletes=True) if one.name)

    async def delete(self, name: str) -> None:
        """Forget one."""
        await self._link.ready()
        with self._link.told("object", name):
            await self._store.delete(name)


def _kept(entry: KeyValue.Entry) -> Kept:
    return Kept(entry.key, None if entry.operation else entry.value or b"", entry.revision or 0)


def _sha256(told: api.ObjectInfo) -> str:
    _, _, digest = (told.digest or "").partition("=")
    return base64.urlsafe_b64decode(digest).hex()


@contextmanager
def _whole(file: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name when the block ends well, and is gone otherwise."""
    draft = file.with_name(f".{file.name}.{uuid4().hex}")
    try:
        with draft.open("wb") as opened:
            yield opened
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _to_disk(draft: IO[bytes]) -> None:
    draft.flush()
    os.fsync(draft.fileno())
