"""One suite over every implementation: keys and files, as whoever keeps master data may rely on."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from hanmaru.bus.envelope import BadSubject
from hanmaru.bus.streams import Bucket, Kept, NoSuchStream, Streams, WrongRevision
from tests.contracts.bus.conftest import Play
from tests.contracts.bus.waiting import becomes


def test_keys_are_kept_changed_only_by_who_has_seen_them_and_deleted(play: Play) -> None:
    async def story(streams: Streams) -> None:
        bucket = await streams.bucket(f"b{uuid4().hex[:8]}")
        assert await bucket.get("tags.1") is None
        first = await bucket.put("tags.1", b"a", revision=0)
        with pytest.raises(WrongRevision):
            await bucket.put("tags.1", b"b", revision=0)
        second = await bucket.put("tags.1", b"c", revision=first)
        with pytest.raises(WrongRevision):
            await bucket.put("tags.1", b"d", revision=first)
        assert await bucket.get("tags.1") == Kept("tags.1", b"c", second)
        third = await bucket.put("tags.1", b"e")
        await bucket.put("assets.bath", b"")
        assert [(one.key, one.value) for one in await bucket.all()] == [("assets.bath", b""), ("tags.1", b"e")]
        assert [one.key for one in await bucket.all("tags.*")] == ["tags.1"]
        await bucket.delete("tags.1")
        assert await bucket.get("tags.1") is None
        assert [one.key for one in await bucket.all()] == ["assets.bath"]
        assert await bucket.put("tags.1", b"anew", revision=0) > third
        with pytest.raises(BadSubject):
            await bucket.put("no spaces", b"")

    play(story)


def test_a_bucket_is_the_same_for_everyone_who_opens_it(play: Play) -> None:
    async def story(streams: Streams) -> None:
        name = f"b{uuid4().hex[:8]}"
        opened = await asyncio.gather(*(streams.bucket(name) for _ in range(3)))
        await opened[0].put("a", b"1")
        assert [(await bucket.get("a")) is not None for bucket in opened] == [True] * 3
        assert await opened[1].all("nothing.>") == []

    play(story)


def test_a_watch_tells_what_is_there_and_then_every_change(play: Play) -> None:
    async def story(streams: Streams) -> None:
        bucket = await streams.bucket(f"b{uuid4().hex[:8]}")
        for key in ("sources.a", "sources.b", "tags.1"):
            await bucket.put(key, b"old")
        await bucket.delete("sources.b")
        async with bucket.watch("sources.>") as changes:
            assert await _next(changes) == ("sources.a", b"old")
            await bucket.put("tags.1", b"not watched")
            await bucket.put("sources.c", b"new")
            await bucket.delete("sources.a")
            assert await _next(changes) == ("sources.c", b"new")
            assert await _next(changes) == ("sources.a", None)

    play(story)


def test_a_watch_of_an_empty_bucket_tells_the_first_key(play: Play) -> None:
    async def story(streams: Streams) -> None:
        bucket: Bucket = await streams.bucket(f"b{uuid4().hex[:8]}")
        async with bucket.watch() as changes:
            await bucket.put("a", b"1")
            assert await _next(changes) == ("a", b"1")

    play(story)


def test_keys_grow_old_where_asked(play: Play) -> None:
    async def story(streams: Streams) -> None:
        bucket = await streams.bucket(f"b{uuid4().hex[:8]}", max_age=0.5)
        await bucket.put("a", b"1")
        await becomes(lambda: bucket.get("a"), None)
        assert await bucket.all() == []

    play(story)


def test_files_come_back_as_they_were(play: Play, tmp_path: Path) -> None:
    async def story(streams: Streams) -> None:
        store = await streams.objects(f"o{uuid4().hex[:8]}")
        given, taken = tmp_path / "model.onnx", tmp_path / "taken.onnx"
        given.write_bytes(bytes(range(251)) * 4000)  # several pieces, the last one not whole
        digest = hashlib.sha256(given.read_bytes()).hexdigest()
        assert await store.put("모델 1", given) == digest
        assert await store.get("모델 1", taken) == digest
        assert taken.read_bytes() == given.read_bytes()
        given.write_bytes(b"")
        await store.put("empty", given)
        await store.get("empty", taken)
        assert taken.read_bytes() == b""
        assert await store.names() == ["empty", "모델 1"]
        given.write_bytes(b"second")
        await store.put("모델 1", given)
        await store.get("모델 1", taken)
        assert taken.read_bytes() == b"second"
        await store.delete("모델 1")
        assert await store.names() == ["empty"]
        with pytest.raises(NoSuchStream):
            await store.get("모델 1", taken)
        assert taken.read_bytes() == b"second"

    play(story)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.onnx", "taken.onnx"]


async def _next(changes: AsyncIterator[Kept]) -> tuple[str, bytes | None]:
    async with asyncio.timeout(60):
        kept = await anext(changes)
    return kept.key, kept.value
