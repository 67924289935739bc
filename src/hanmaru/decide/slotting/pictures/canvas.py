"""Draws SVG as text: shapes, texts and pictures that can stand below each other. Sizes are in pixels at full size."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final
from unicodedata import east_asian_width

from hanmaru.decide.slotting.pictures.palette import FONT, INK, LINE_STRONG, PLANK_DEEP, SHEET

WIDTH: Final = 1200
"""Width of a picture on a desk or on paper; heights differ."""
MARGIN: Final = 48


@dataclass(frozen=True, slots=True)
class Format:
    """How wide a picture is, and what stays free at its sides."""

    width: float
    margin: float

    @property
    def room(self) -> float:
        """How wide that is which is drawn on."""
        return self.width - 2 * self.margin

    @property
    def right(self) -> float:
        """Where that ends."""
        return self.width - self.margin


WIDE: Final = Format(WIDTH, MARGIN)
MEDIUM: Final = Format(760, 24)
"""For a tablet: its letters are those of a phone's picture, of which more stands beside each other."""
NARROW: Final = Format(400, 14)
"""For a phone held upright: its letters can be read there, and what is long goes on below."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing from 0,0 to `width`,`height`; `title` says for those who do not see it what it shows."""

    title: str
    height: float
    body: str
    width: float = WIDTH

    def svg(self, language: str) -> str:
        """Answer a document of its own."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:.0f} {self.height:.0f}" role="img" '
            f'lang="{language}" aria-label="{escape(self.title)}" font-family="{escape(FONT)}" fill="{INK}">'
            f"{rect(0, 0, self.width, self.height, SHEET)}{self.body}</svg>\n"
        )


def below(title: str, pictures: Iterable[Picture], gap: float = 40) -> Picture:
    """Answer pictures below each other as one."""
    parts, y = [], 0.0
    for picture in pictures:
        parts.append(f'<g transform="translate(0 {y:.1f})">{picture.body}</g>')
        y += picture.height + gap
    return Picture(title, max(0.0, y - gap), "".join(parts))


def rect(x: float, y: float, width: float, height: float, fill: str, **more: object) -> str:
    """Draw a rectangle; `tip` is what is shown when one points at it."""
    size = f'width="{_n(max(0, width))}" height="{_n(height)}"'
    return _closed(f'<rect x="{_n(x)}" y="{_n(y)}" {size} fill="{fill}"', "rect", more)


def line(x: float, y: float, to_x: float, to_y: float, stroke: str, **more: object) -> str:
    """Draw a straight line."""
    ends = f'x1="{_n(x)}" y1="{_n(y)}" x2="{_n(to_x)}" y2="{_n(to_y)}"'
    return _closed(f'<line {ends} stroke="{stroke}"', "line", more)


def hatched(x: float, y: float, wide: float, high: float, step: float = 8.0) -> str:
    """Draw what stays empty: a rectangle with slanted lines."""
    lines = []
    for number in range(int(-high // step) + 1, int(wide / step) + 1):
        start = x + number * step  # where the line would leave the lower edge, were it as long
        left, right = max(start, x), min(start + high, x + wide)
        if right > left:
            lines.append(f"M{left:.1f} {y + high - (left - start):.1f}L{right:.1f} {y + high - (right - start):.1f}")
    return rect(x, y, wide, high, PLANK_DEEP) + path("".join(lines) or "M0 0", stroke=LINE_STRONG, stroke_width=0.8)


def circle(x: float, y: float, radius: float, fill: str, **more: object) -> str:
    """Draw a disc."""
    return _closed(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{fill}"', "circle", more)


def path(steps: str, **more: object) -> str:
    """Draw along a path."""
    return _closed(f'<path d="{steps}"', "path", {"fill": "none", **more})


def text(x: float, y: float, words: str, size: float = 16, **more: object) -> str:
    """Write words; `y` is the line on which they stand."""
    return f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}"{_attributes(more)}>{escape(words)}</text>'


def heading(words: str, note: str = "") -> str:
    """Write what a picture shows, and quietly below it how to read it."""
    quiet = text(MARGIN, 62, note, 17, fill="#51483b") if note else ""
    return text(MARGIN, 34, words, 27, font_weight=680) + quiet


def headed(words: str, note: str, form: Format) -> tuple[str, float]:
    """Write a heading, on a narrow picture in as many lines as it needs; answer it and where what follows stands."""
    if form.width >= WIDTH:
        return heading(words, note), 98.0
    title, title_end = lines(words, 22, 26, form, font_weight=680)
    quiet, note_end = lines(note, 14, title_end + 22, form, fill="#51483b")
    return title + quiet, note_end + 34


def lines(words: str, size: float, y: float, form: Format, **more: object) -> tuple[str, float]:
    """Write words in lines below each other from `y` on; answer them and where the last one stands."""
    rows = wrapped(words, form.room, size)
    step = 1.32 * size
    parts = [text(form.margin, y + step * number, row, size, **more) for number, row in enumerate(rows)]
    return "".join(parts), y + step * (len(rows) - 1)


def wrapped(words: str, width: float, size: float) -> list[str]:
    """Answer the words in lines that fit; a word wider than a line stands alone."""
    rows: list[str] = []
    for word in words.split():
        if rows and width_of(f"{rows[-1]} {word}", size) <= width:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows or [""]


def width_of(words: str, size: float) -> float:
    """Answer about how wide words are: Korean letters are as wide as high, others a little over half."""
    return sum(0.94 if east_asian_width(letter) in "WF" else 0.57 for letter in words) * size


def fitting(words: str, width: float, size: float) -> str:
    """Answer the words if they fit, else their beginning with dots, else nothing."""
    if width_of(words, size) <= width:
        return words
    for end in range(len(words) - 1, 1, -1):
        if width_of(words[:end] + "…", size) <= width:
            return words[:end] + "…"
    return ""


def _closed(start: str, name: str, more: dict[str, object]) -> str:
    tip = more.pop("tip", None)
    attributes = _attributes(more)
    return f"{start}{attributes}><title>{escape(str(tip))}</title></{name}>" if tip else f"{start}{attributes}/>"


def _attributes(more: dict[str, object]) -> str:
    shown = {key: _n(value) if isinstance(value, float) else str(value) for key, value in more.items()}
    return "".join(f' {key.replace("_", "-")}="{escape(value)}"' for key, value in shown.items())


def _n(value: float) -> str:
    """Write a number with at most two digits behind the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
