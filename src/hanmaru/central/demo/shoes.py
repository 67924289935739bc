"""The workshop's hand-made shoes."""

from __future__ import annotations

from hanmaru.central.demo.options import colours, shoe_sizes
from hanmaru.central.demo.records import Product, Size

_BOX: Size = (310, 190, 115)
_BOOT_BOX: Size = (340, 290, 125)


def _shoe(
    code: str, name: str, name_en: str, price: int, description: str, codes: str, span: tuple[int, int]
) -> Product:
    boot = "BOOT" in code or "CHELSEA" in code
    return Product(
        code=code, name=name, name_en=name_en, description=description, base_price=price, storage_class="shoes",
        size=_BOOT_BOX if boot else _BOX, weight=1_450 if boot else 1_050,
        options=(shoe_sizes(*span), colours(*codes.split())), has_gtin=True,
    )  # fmt: skip


SHOES = (
    _shoe(
        "S-DERBY",
        "연무장길 더비",
        "Yeonmujang derby",
        198_000,
        "굿이어 웰트로 꿰맨 기본 더비 구두.",
        "BK BR TN",
        (240, 290),
    ),
    _shoe(
        "S-OXFORD",
        "구두장인 옥스퍼드",
        "Maker's oxford",
        228_000,
        "앞코에 줄을 넣은 옥스퍼드 구두.",
        "BK WN",
        (240, 290),
    ),
    _shoe("S-LOAFER", "뚝섬 로퍼", "Ttukseom loafer", 178_000, "발등을 덮는 페니 로퍼.", "BR BK WN", (225, 285)),
    _shoe(
        "S-CHELSEA",
        "골목 첼시 부츠",
        "Alley chelsea boot",
        248_000,
        "옆 밴드로 신고 벗기 쉬운 부츠.",
        "BK BR TN",
        (225, 290),
    ),
    _shoe(
        "S-BOOT",
        "공장지대 워크 부츠",
        "Factory work boot",
        268_000,
        "끈으로 조이는 두꺼운 밑창 부츠.",
        "TN BR",
        (240, 290),
    ),
    _shoe(
        "S-SNEAKER",
        "서울숲 스니커즈",
        "Seoul Forest sneaker",
        128_000,
        "소가죽 한 장으로 만든 스니커즈.",
        "IV BK NV",
        (225, 290),
    ),
    _shoe("S-PUMP", "은하수 펌프스", "Milky way pump", 158_000, "굽 7cm 기본 펌프스.", "BK WN IV", (225, 255)),
    _shoe(
        "S-MARYJANE", "봄날 메리제인", "Spring mary jane", 148_000, "버클 끈이 있는 낮은 구두.", "BK WN IV", (225, 260)
    ),
    _shoe("S-MULE", "마루 뮬", "Maru mule", 118_000, "뒤가 트인 편한 가죽 뮬.", "TN IV BK", (225, 270)),
    _shoe("S-SANDAL", "여름 가죽 샌들", "Summer leather sandal", 98_000, "두 줄 가죽 샌들.", "TN BR", (225, 280)),
)
