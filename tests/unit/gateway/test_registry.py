"""What is configured on a site: ids given once, paths taken once, nothing half written."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from hanmaru.bus.memory_streams import MemoryStreams
from hanmaru.floor.asset import Asset, BadPath
from hanmaru.floor.shapes import WrongShape
from hanmaru.floor.subjects import BadName
from hanmaru.gateway.registry import NoSuchSource, PathTaken, Registry, Source, site_of


def wish(address: str, asset: str = "seongsu/hall/press", **more: object) -> dict[str, object]:
    return {"asset": asset, "name": address, "type": "number", "address": address, **more}


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


async def opened(streams: MemoryStreams | None = None) -> Registry:
    registry = await Registry.open(streams or MemoryStreams(), "seongsu")
    await registry.store_source("press", Source("files", {"path": "/a"}))
    return registry


def test_picked_tags_have_ids_of_their_own_and_their_assets_exist() -> None:
    async def work() -> None:
        registry = await opened()
        made = await registry.pick("press", [wish("a"), wish("b")])
        site = await registry.site()
        assert [tag.id for tag in made] == [1, 2]
        assert site.tags == {tag.id: tag for tag in made}
        assert list(site.assets) == ["seongsu", "seongsu/hall", "seongsu/hall/press"]
        assert [tag.id for tag in site.of("press")] == [1, 2]

    run(work())


def test_an_id_is_never_given_twice() -> None:
    async def work() -> None:
        registry = await opened()
        first = await registry.pick("press", [wish("a"), wish("b")])
        await registry.unpick([tag.id for tag in first])
        assert (await registry.site()).tags == {}
        again = await registry.pick("press", [wish("a")])
        assert [tag.id for tag in again] == [3]
        assert await registry.remove("press") == 1
        await registry.store_source("press", Source("files", {}))
        assert (await registry.pick("press", [wish("a")]))[0].id == 4

    run(work())


def test_many_registries_at_once_give_different_ids() -> None:
    async def work() -> None:
        streams = MemoryStreams()
        await opened(streams)
        registries = [await Registry.open(streams, "seongsu") for _ in range(10)]
        picked = await asyncio.gather(
            *(one.pick("press", [wish(f"{n}-{m}") for m in range(5)]) for n, one in enumerate(registries))
        )
        ids = [tag.id for tags in picked for tag in tags]
        assert sorted(ids) == list(range(1, 51))
        assert len((await registries[0].site()).tags) == 50

    run(work())


def test_picked_again_a_tag_keeps_its_id_and_is_changed() -> None:
    async def work() -> None:
        registry = await opened()
        await registry.pick("press", [wish("a"), wish("b")])
        (changed,) = await registry.pick("press", [wish("b", unit="Cel", sampling=5.0)])
        assert (changed.id, changed.unit) == (2, "Cel")
        assert (await registry.site()).tags[2] == changed

    run(work())


def test_a_path_belongs_to_one_tag_and_a_wrong_list_changes_nothing() -> None:
    async def work() -> None:
        registry = await opened()
        await registry.store_source("mill", Source("files", {}))
        await registry.pick("press", [wish("a")])
        before = await registry.site()
        with pytest.raises(PathTaken, match="press"):
            await registry.pick("mill", [wish("c"), wish("a")])
        with pytest.raises(PathTaken):
            await registry.pick("mill", [wish("c"), wish("d", name="c")])
        with pytest.raises(WrongShape, match="sampling"):
            await registry.pick("mill", [wish("c"), wish("d", sampling=-1)])
        with pytest.raises(BadPath):
            await registry.pick("mill", [wish("c", asset="No/Good")])
        with pytest.raises(NoSuchSource, match="mill, press"):
            await registry.pick("lathe", [wish("c")])
        assert await registry.site() == before

    run(work())


def test_an_asset_with_a_name_stays_when_tags_come() -> None:
    async def work() -> None:
        registry = await opened()
        await registry.store_asset(Asset("seongsu/hall/press", "프레스 1호기", "Press 1", "press"))
        await registry.pick("press", [wish("a")])
        assert (await registry.site()).assets["seongsu/hall/press"].name == "프레스 1호기"

    run(work())


def test_names_and_states_of_sources() -> None:
    async def work() -> None:
        registry = await opened()
        with pytest.raises(BadName):
            await registry.store_source("Press 1", Source("files", {}))
        await registry.enable("press", enabled=False)
        assert not (await registry.site()).sources["press"].enabled
        with pytest.raises(NoSuchSource):
            await registry.enable("mill", enabled=True)

    run(work())


def test_what_cannot_be_read_is_told_and_left_out() -> None:
    async def work() -> None:
        registry = await opened()
        await registry.bucket.put("tags.7", b'{"id": 7}')
        await registry.bucket.put("sources.x", b"[]")
        site, unreadable = site_of(await registry.bucket.all())
        assert unreadable == ["sources.x", "tags.7"]
        assert list(site.sources) == ["press"]

    run(work())
