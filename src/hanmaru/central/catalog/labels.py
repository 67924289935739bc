"""Sheets of labels to print: name, options, code as a barcode and, for a tag, its number.

A sheet is A4 with 3 x 8 labels of 70 x 37 mm, a size that every stationer sells. The code is a QR symbol (ISO/IEC
18004), which phones and scanners read, and which Korean text fits; a Code 128 of a long SKU would not fit the label.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import segno
from fpdf import FPDF

from hanmaru.central.catalog.errors import FontMissing

COLUMNS: Final = 3
ROWS: Final = 8
WIDTH_MM: Final = 70.0
HEIGHT_MM: Final = 37.0
MOST: Final = 1_200
_MARGIN_MM: Final = 3.5
_QR_MM: Final = 24.0
_TOP_MM: Final = (297 - ROWS * HEIGHT_MM) / 2


@dataclass(frozen=True, slots=True)
class Label:
    """One label. ``code`` is what a scanner reads; the lines are what a person reads."""

    code: str
    title: str
    detail: str
    lines: tuple[str, ...] = ()


def font_file(node_modules: Path) -> Path:
    """The TrueType font with Korean letters, from the package ``pretendard``; raises :class:`FontMissing`."""
    fonts = node_modules / "pretendard" / "dist" / "public" / "static" / "alternative"
    found = sorted(fonts.glob("Pretendard-Medium.ttf"))
    if not found:
        raise FontMissing
    return found[0]


def sheet(labels: Sequence[Label], font: Path) -> bytes:
    """A PDF of the labels, in order, as many pages as they need; the font is embedded, only the letters used."""
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(auto=False)
    pdf.add_font("label", fname=str(font))
    for place, label in enumerate(labels):
        spot = place % (COLUMNS * ROWS)
        if spot == 0:
            pdf.add_page()
        _draw(pdf, label, spot % COLUMNS * WIDTH_MM, _TOP_MM + spot // COLUMNS * HEIGHT_MM)
    return bytes(pdf.output())


def _draw(pdf: FPDF, label: Label, left: float, top: float) -> None:
    _symbol(pdf, label.code, left + _MARGIN_MM, top + (HEIGHT_MM - _QR_MM) / 2)
    x = left + _MARGIN_MM + _QR_MM + 2.5
    room = WIDTH_MM - (x - left) - _MARGIN_MM
    y = top + 5.5
    for text, size in ((label.title, 11.0), (label.detail, 9.0), *((line, 7.0) for line in label.lines)):
        pdf.set_font("label", size=size)
        for part in _wrapped(pdf, text, room)[:2]:
            pdf.text(x, y + size * 0.3, part)
            y += size * 0.46
        y += 0.8


def _wrapped(pdf: FPDF, text: str, room: float) -> list[str]:
    """The text in lines that fit, broken anywhere: codes have no blanks, and Korean may break between letters."""
    lines, line = [], ""
    for character in text:
        if pdf.get_string_width(line + character) > room and line:
            lines.append(line.strip())
            line = ""
        line += character
    return [*lines, line.strip()] if line.strip() else lines


@cache
def _modules(code: str) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in segno.make(code, error="m", micro=False).matrix)


def _symbol(pdf: FPDF, code: str, left: float, top: float) -> None:
    """Draw the QR symbol as filled runs, which prints sharper than a picture."""
    modules = _modules(code)
    edge = _QR_MM / len(modules)
    pdf.set_fill_color(0, 0, 0)
    for y, row in enumerate(modules):
        start = None
        for x, dark in enumerate((*row, 0)):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                pdf.rect(left + start * edge, top + y * edge, (x - start) * edge, edge, style="F")
                start = None
