"""The columns of a sheet of products, for reading, for the template and for the export."""

from collections.abc import Sequence
from typing import Final

from hanmaru.central.catalog import fields
from hanmaru.central.sheets.columns import Column, choice, folded, integer, money, text, without_unit

REASON: Final = "사유"
_TRACKINGS: Final[dict[object, tuple[str, ...]]] = {
    "none": ("안 함", "none", "없음", "no"),
    "lot": ("로트", "lot", "롯트"),
    "serial": ("시리얼", "serial", "일련번호"),
}
_YES: Final[dict[object, tuple[str, ...]]] = {
    True: ("예", "yes", "y", "o", "true", "1"),
    False: ("아니요", "no", "n", "x", "false", "0", "아니오"),
}
_OPTION_WORDS: Final = ("옵션", "option")


def columns(exponent: int = 0) -> list[Column]:
    """All columns but those of options; money has ``exponent`` digits after the point."""
    most = fields.MOST_MONEY // 10**exponent
    return [
        Column("code", "상품코드", "Product code", text(40), required=True, aliases=("상품번호", "품번", "item code")),
        Column("name", "상품명", "Product name", text(120), required=True, aliases=("품명", "제품명", "name")),
        Column("sku", "SKU", "SKU code", text(80), aliases=("품목코드", "재고관리코드", "자체상품코드")),
        Column("price", "가격", "Price", money(exponent, most=most), aliases=("판매가", "판매가격", "단가")),
        Column("gtin", "바코드", "Barcode", text(20), aliases=("GTIN", "EAN", "KAN", "UPC")),
        Column("weight_g", "무게(g)", "Weight (g)", integer(1, fields.MOST_GRAMS), aliases=("중량", "무게")),
        Column("width_mm", "가로(mm)", "Width (mm)", integer(1, fields.MOST_MM), aliases=("가로", "폭")),
        Column("length_mm", "세로(mm)", "Length (mm)", integer(1, fields.MOST_MM), aliases=("세로", "깊이")),
        Column("height_mm", "높이(mm)", "Height (mm)", integer(1, fields.MOST_MM), aliases=("높이",)),
        Column("storage_class", "보관 분류", "Storage class", text(60), aliases=("보관분류", "보관")),
        Column("tracking", "추적", "Tracking", choice(_TRACKINGS), aliases=("재고추적", "추적 방식")),
        Column("has_expiry", "유통기한 관리", "Has expiry date", choice(_YES), aliases=("유통기한",)),
        Column("name_en", "영문 상품명", "Name in English", text(120), aliases=("영문명",)),
        Column("description", "설명", "Description", text(5_000), aliases=("상품설명", "상세설명")),
    ]


def option_columns(headers: Sequence[str]) -> dict[str, Column]:
    """Option name -> column for each header such as "옵션:크기", "Option: Size" or "옵션1"."""
    found: dict[str, Column] = {}
    for header in headers:
        bare = header.strip()
        for word in _OPTION_WORDS:
            if folded(bare).startswith(word):
                rest = bare[len(word) :].lstrip(" :：-_(").rstrip(" )") if bare.casefold().startswith(word) else bare
                name = bare if not rest or rest.isdecimal() else rest
                found[name[:40]] = Column(f"option:{name}", header, header, text(60))
    return found


def place_of(header: str) -> int:
    """Where a column stands in a sheet of ours, by its header; options behind the SKU, strangers last."""
    known = {folded(word): place for place, column in enumerate(columns()) for word in column.headers}
    if option_columns([header]):
        return 2
    return known.get(folded(header), known.get(folded(without_unit(header)), len(known)))
