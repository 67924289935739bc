"""The columns of a sheet of orders, for reading, for the template and for the export."""

from typing import Final

from hanmaru.central.orders.services import MOST_PIECES, MOST_PRICE
from hanmaru.central.sheets.columns import Column, folded, integer, money, text, without_unit

REASON: Final = "사유"


def columns(exponent: int = 0) -> list[Column]:
    """All columns; money has ``exponent`` digits after the point."""
    most = MOST_PRICE // 10**exponent
    return [
        Column("number", "주문번호", "Order number", text(60), required=True, aliases=("order", "order no")),
        Column("sku", "SKU", "SKU code", text(80), required=True, aliases=("품목코드", "상품코드", "자체상품코드")),
        Column("quantity", "수량", "Quantity", integer(1, MOST_PIECES), required=True, aliases=("주문수량", "qty")),
        Column("price", "단가", "Unit price", money(exponent, most=most), aliases=("판매가", "가격", "price")),
        Column("wording", "각인·요청 사항", "Engraving or wish", text(120), aliases=("각인", "옵션요청", "요청사항")),
        Column("name", "받는 분", "Recipient", text(120), aliases=("수령인", "받는사람", "이름", "고객명", "customer")),
        Column("phone", "전화번호", "Phone", text(30), aliases=("연락처", "휴대폰", "핸드폰")),
        Column("address", "주소", "Address", text(300), aliases=("배송지", "배송주소")),
        Column("note", "메모", "Note", text(500), aliases=("배송메시지", "비고", "배송메모")),
    ]


def place_of(header: str) -> int:
    """Where a column stands in a sheet of ours, by its header; strangers last."""
    known = {folded(word): place for place, column in enumerate(columns()) for word in column.headers}
    return known.get(folded(header), known.get(folded(without_unit(header)), len(known)))
