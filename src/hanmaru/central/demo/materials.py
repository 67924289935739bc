"""Materials and packing that the workshop uses up, and what the neighbour sells."""

from __future__ import annotations

from hanmaru.central.demo.options import colours
from hanmaru.central.demo.records import Option, Product, Size, Tracking, Value


def _supply(  # noqa: PLR0913 - a product has that many sides
    code: str, name: str, name_en: str, price: int, size: Size, weight: int, *options: Option,
    tracking: Tracking = "none", has_expiry: bool = False, description: str = "", on_order_page: bool = False,
) -> Product:  # fmt: skip
    kind = "leather" if code.startswith("L-") else "supplies"
    return Product(
        code=code, name=name, name_en=name_en, description=description or name, base_price=price, storage_class=kind,
        size=size, weight=weight, options=options, tracking=tracking, has_expiry=has_expiry,
        on_order_page=on_order_page, has_gtin=code.startswith("M-"),
    )  # fmt: skip


MATERIALS = (
    _supply("M-PLATE-AU", "금 도금액 1L", "Gold plating solution 1 l", 185_000, (95, 95, 240), 1_180,
            tracking="lot", has_expiry=True, description="유효 기간이 있는 도금액. 로트로 관리합니다."),
    _supply("M-PLATE-AG", "은 도금액 1L", "Silver plating solution 1 l", 92_000, (95, 95, 240), 1_160,
            tracking="lot", has_expiry=True, description="유효 기간이 있는 도금액. 로트로 관리합니다."),
    _supply("M-POLISH", "광택 천", "Polishing cloth", 4_500, (160, 120, 6), 22, on_order_page=True),
    _supply("M-CASE", "반지 상자", "Ring case", 3_200, (62, 62, 48), 40),
    _supply("M-SHOEBOX", "구두 상자", "Shoe box", 2_800, (330, 200, 120), 260),
    _supply("M-LACE", "왁스 끈", "Waxed laces", 3_500, (120, 60, 12), 18, on_order_page=True),
    _supply("L-CALF", "송아지 가죽", "Calf leather", 68_000, (900, 110, 110), 1_650,
            colours("BK", "BR", "TN"), tracking="lot", description="한 장씩 말아 둔 송아지 가죽. 로트로 관리합니다."),
    _supply("L-SOLE", "밑창 가죽", "Sole leather", 42_000, (420, 300, 30), 2_100, tracking="lot"),
)  # fmt: skip

_DYE = Option(
    "색", "Colour", (Value("쪽빛", "Indigo", "IN"), Value("치자", "Gardenia", "GA"), Value("먹", "Ink", "IK"))
)

NEIGHBOUR_GOODS = (
    _supply(
        "L-WALLET",
        "반달 지갑",
        "Half-moon wallet",
        58_000,
        (115, 95, 25),
        90,
        colours("BK", "BR", "WN"),
        on_order_page=True,
    ),
    _supply(
        "L-BELT",
        "두 줄 벨트",
        "Double-stitched belt",
        49_000,
        (130, 130, 45),
        210,
        colours("BK", "BR"),
        on_order_page=True,
    ),
    _supply(
        "L-CARD",
        "얇은 카드 지갑",
        "Slim card case",
        29_000,
        (105, 80, 12),
        45,
        colours("BK", "TN", "NV"),
        on_order_page=True,
    ),
    _supply("M-THREAD", "천연 염색 실", "Plant-dyed thread", 12_000, (70, 70, 90), 120, _DYE, on_order_page=True),
)
