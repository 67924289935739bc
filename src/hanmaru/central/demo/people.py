"""Made-up people and firms. Telephone numbers 010-0000-xxxx are assigned to nobody."""

from __future__ import annotations

from hanmaru.central.demo.records import Customer, Supplier

SUPPLIERS = (
    Supplier("가상금속 상사", "metal@example.com", "02-000-1001"),
    Supplier("보기 가죽", "leather@example.com", "02-000-1002"),
    Supplier("예시 부자재", "parts@example.com", "02-000-1003"),
    Supplier("한마루 공방 작업실", "workroom@example.com", "02-000-1004"),
)
NEIGHBOUR_SUPPLIERS = (Supplier("보기 가죽", "leather@example.com", "02-000-1002"),)

_GIVEN = (
    "가온", "나래", "다솜", "라온", "마루", "바다", "사랑", "아라", "자람", "차오름",
    "타래", "푸름", "하늘", "도담", "미르", "보람", "새론", "여울", "은솔", "한결",
)  # fmt: skip
_ADDRESSES = (
    "서울시 보기구 예시로 1", "부산시 가상구 견본길 22", "대구시 보기구 예시로 303",
    "광주시 견본구 가상로 44", "강원도 예시시 보기길 5", "제주도 가상시 견본로 66",
)  # fmt: skip


def customers(count: int = 20) -> tuple[Customer, ...]:
    """Make `count` (at most 20) customers, each plainly invented."""
    return tuple(
        Customer(
            name=f"예시 {_GIVEN[at]}",
            email=f"customer{at + 1:02d}@example.com",
            phone=f"010-0000-{at + 1:04d}",
            address=f"{_ADDRESSES[at % len(_ADDRESSES)]}, {at + 101}호",
        )
        for at in range(count)
    )
