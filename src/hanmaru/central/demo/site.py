"""The places of the house: two zones with two aisles each, docks and packing tables, and the neighbour's corner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hanmaru.central.demo.records import Box, Place, StorageClass

STORAGE_CLASSES = (
    StorageClass("jewellery", "귀금속 금고", "Jewellery safe"),
    StorageClass("shoes", "구두", "Shoes"),
    StorageClass("leather", "가죽", "Leather"),
    StorageClass("supplies", "부자재", "Supplies"),
)

BOXES = (
    Box("반지 봉투 상자", (120, 90, 70), 35, 1_000, 450),
    Box("소형 1호", (220, 190, 90), 90, 3_000, 700),
    Box("구두 1족", (350, 250, 130), 190, 5_000, 1_100),
    Box("구두 2족", (350, 270, 260), 280, 10_000, 1_600),
    Box("부츠", (380, 310, 150), 260, 8_000, 1_500),
    Box("대형 5호", (480, 380, 340), 520, 20_000, 2_400),
)


@dataclass(frozen=True, slots=True)
class _Racks:
    """Equal racks of an aisle: how many racks, levels and bins, and what a bin takes."""

    aisle: str
    first: int
    racks: int
    levels: int
    bins: int
    storage_class: str
    litres: int
    kilograms: int


_WORKSHOP = (
    _Racks("A.1", 1, 3, 4, 4, "jewellery", 14, 12),
    _Racks("A.2", 1, 3, 4, 4, "supplies", 60, 60),
    _Racks("B.3", 1, 5, 4, 4, "shoes", 190, 120),
    _Racks("B.4", 1, 2, 3, 4, "leather", 220, 160),
)
_NEIGHBOUR = (_Racks("N.1", 1, 2, 3, 4, "", 60, 60),)
_ZONES = {"A": "보석·부자재실", "B": "구두·가죽 창고", "N": "이웃 창고"}


def workshop_places() -> tuple[Place, ...]:
    """Give the workshop's places: 200 bins, a dock, two packing tables, and everything they stand in."""
    return (
        Place(path="HM", code="HM", name="성수 한마루", kind="site"),
        Place(path="HM.DOCK", code="DOCK-1", name="입고장", kind="dock", holds_stock=True),
        Place(path="HM.PACK1", code="PACK-1", name="포장대 1", kind="packing", holds_stock=True, walk_order=9_001),
        Place(path="HM.PACK2", code="PACK-2", name="포장대 2", kind="packing", holds_stock=True, walk_order=9_002),
        *_tree("HM", _WORKSHOP),
    )


def neighbour_places() -> tuple[Place, ...]:
    """Give the neighbour's corner of the same house."""
    return (
        Place(path="HM", code="HM", name="성수 한마루", kind="site"),
        Place(path="HM.NDOCK", code="DOCK-N", name="이웃 입고장", kind="dock", holds_stock=True),
        Place(path="HM.NPACK", code="PACK-N", name="이웃 포장대", kind="packing", holds_stock=True, walk_order=9_001),
        *_tree("HM", _NEIGHBOUR),
    )


def _tree(site: str, blocks: tuple[_Racks, ...]) -> Iterator[Place]:
    known: set[str] = set()
    walk = 0
    for block in blocks:
        zone, aisle = block.aisle.split(".")
        for rack in range(block.first, block.first + block.racks):
            for level in range(1, block.levels + 1):
                stem = [zone, aisle, str(rack), str(level)]
                yield from _parents(site, stem, known)
                for number in range(1, block.bins + 1):
                    walk += 1
                    yield _bin(site, [*stem, str(number)], block, walk)


def _parents(site: str, stem: list[str], known: set[str]) -> Iterator[Place]:
    words = {"aisle": "통로", "rack": "랙", "level": "단"}
    for depth, kind in enumerate(("zone", "aisle", "rack", "level"), start=1):
        path = ".".join([site, *stem[:depth]])
        if path in known:
            continue
        known.add(path)
        name = _ZONES[stem[0]] if kind == "zone" else f"{stem[depth - 1]}번 {words[kind]}"
        yield Place(path=path, code="-".join(stem[:depth]), name=name, kind=kind)  # type: ignore[arg-type]


def _bin(site: str, parts: list[str], block: _Racks, walk: int) -> Place:
    return Place(
        path=".".join([site, *parts]),
        code="-".join(parts),
        name=f"{parts[1]}번 통로 {parts[2]}번 랙 {parts[3]}단 {parts[4]}번 칸",
        kind="bin",
        holds_stock=True,
        pickable=True,
        volume=block.litres * 1_000_000,
        max_weight=block.kilograms * 1_000,
        storage_classes=(block.storage_class,) if block.storage_class else (),
        walk_order=walk,
    )
