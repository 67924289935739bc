"""The sheet that is laid into a parcel: what was sent, from whom, to whom; Korean and English side by side.

The font with Korean letters is embedded, only the letters used. The QR symbol is the order's label, which our scan
screens read.
"""

from typing import Any, Final

import segno
from django.conf import settings
from django.utils import timezone
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from hanmaru.central.catalog.labels import font_file
from hanmaru.central.companies import queries as companies
from hanmaru.central.orders import queries as orders
from hanmaru.central.orders.queries import OrderCard
from hanmaru.central.warehouse import queries
from hanmaru.central.warehouse.queries import ParcelCard, ParcelLineCard
from hanmaru.floor.scan import document_label

_MARGIN: Final = 18.0
_QR_MM: Final = 26.0
_WIDTHS: Final = (92.0, 42.0, 22.0, 18.0)
_HEADINGS: Final = (
    ("품목", "Item"),
    ("코드", "SKU"),
    ("로트", "Lot"),
    ("수량", "Qty"),
)
_INK: Final = (38, 38, 36)
_SOFT: Final = (110, 108, 102)
_LINE: Final = (205, 200, 190)


def packing_list_pdf(order_id: int) -> tuple[str, bytes]:
    """The order's number and its packing list as a PDF, a section for each parcel.

    Raises:
        UnknownOrder; FontMissing: the front-end packages are not installed.
    """
    order = orders.order_card(order_id)
    parcels = queries.parcels_of(order_id)
    lines = queries.parcel_lines(parcel.id for parcel in parcels)
    pdf = _begun(order)
    _letterhead(pdf, order)
    for number, parcel in enumerate(parcels, 1):
        _parcel(pdf, parcel, f"{number} / {len(parcels)}", lines.get(parcel.id, []))
    _foot(pdf, order, sum(line.quantity for found in lines.values() for line in found))
    return order.number, bytes(pdf.output())


def _begun(order: OrderCard) -> FPDF:
    regular = font_file(settings.FRONT_END_PACKAGES)
    pdf = FPDF(format="A4")
    pdf.set_margins(_MARGIN, _MARGIN, _MARGIN)
    pdf.set_auto_page_break(auto=True, margin=_MARGIN)
    pdf.add_font("text", fname=str(regular))
    pdf.add_font("text", style="B", fname=str(regular.with_name("Pretendard-Bold.ttf")))
    pdf.set_title(f"Packing list {order.number}")
    pdf.set_text_color(*_INK)
    pdf.set_draw_color(*_LINE)
    pdf.add_page()
    return pdf


def _text(pdf: FPDF, words: str, size: float, *, bold: bool = False, soft: bool = False, height: float = 0.0) -> None:
    pdf.set_font("text", style="B" if bold else "", size=size)
    pdf.set_text_color(*(_SOFT if soft else _INK))
    pdf.multi_cell(0, height or size * 0.5, words, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _letterhead(pdf: FPDF, order: OrderCard) -> None:
    company = companies.company()
    _symbol(pdf, document_label("order", order.number), pdf.w - _MARGIN - _QR_MM, _MARGIN)
    pdf.set_right_margin(_MARGIN + _QR_MM + 6)
    _text(pdf, company.name, 17, bold=True)
    contact = " · ".join(filter(None, [company.address, company.phone, company.business_number]))
    if contact:
        _text(pdf, contact, 9, soft=True)
    pdf.ln(5)
    _text(pdf, "거래 명세 · Packing list", 13, bold=True)
    placed = timezone.localtime(order.placed_at)
    _text(pdf, f"주문 번호 · Order  {order.number}    주문일 · Ordered  {placed:%Y-%m-%d}", 10)
    pdf.set_right_margin(_MARGIN)
    pdf.ln(4)
    _text(pdf, "받는 분 · Ship to", 9, soft=True)
    _text(pdf, order.ship_to_name or order.who or "–", 12, bold=True)
    for line in filter(None, [order.ship_to_address, order.ship_to_phone]):
        _text(pdf, line, 10)
    pdf.ln(4)


def _parcel(pdf: FPDF, parcel: ParcelCard, which: str, lines: list[ParcelLineCard]) -> None:
    facts = [f"상자 · Parcel {which}", parcel.number, parcel.box]
    if parcel.weight_g:
        facts.append(f"{parcel.weight_g / 1000:,.2f} kg")
    facts += [parcel.carrier, parcel.tracking_number]
    _text(pdf, "   ".join(filter(None, facts)), 10, bold=True)
    pdf.ln(1)
    _row(pdf, tuple(f"{korean} · {english}" for korean, english in _HEADINGS), size=8.5, soft=True)
    for line in lines:
        _row(pdf, (line.variant.title, line.variant.sku, line.lot_number, f"{line.quantity:,}"), size=10)
    pdf.ln(5)


def _row(pdf: FPDF, cells: tuple[str, ...], *, size: float, soft: bool = False) -> None:
    """One line of the table; long names go over several lines, and the row is as high as its highest cell."""
    pdf.set_font("text", size=size)
    pdf.set_text_color(*(_SOFT if soft else _INK))
    height = size * 0.5 + 1.2
    wrapped: list[Any] = [
        pdf.multi_cell(width, height, cell or " ", dry_run=True, output="LINES")
        for width, cell in zip(_WIDTHS, cells, strict=True)
    ]
    tall = height * max(len(lines) for lines in wrapped)
    if pdf.get_y() + tall > pdf.page_break_trigger:
        pdf.add_page()
    left, top = pdf.l_margin, pdf.get_y()
    for width, cell, align in zip(_WIDTHS, cells, "LLLR", strict=True):
        pdf.set_xy(left, top)
        pdf.multi_cell(width, height, cell, align=align)
        left += width
    pdf.set_y(top + tall)
    pdf.line(pdf.l_margin, pdf.get_y(), pdf.w - pdf.r_margin, pdf.get_y())


def _foot(pdf: FPDF, order: OrderCard, count: int) -> None:
    _text(pdf, f"모두 · Total  {count:,}", 11, bold=True)
    if order.note:
        pdf.ln(2)
        _text(pdf, f"메모 · Note  {order.note}", 10)
    pdf.ln(4)
    _text(pdf, "주문해 주셔서 감사합니다. · Thank you for your order.", 9, soft=True)


def _symbol(pdf: FPDF, code: str, left: float, top: float) -> None:
    modules: Any = segno.make(code, error="m", micro=False).matrix
    edge = _QR_MM / len(modules)
    pdf.set_fill_color(0, 0, 0)
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                pdf.rect(left + x * edge, top + y * edge, edge + 0.02, edge + 0.02, style="F")
