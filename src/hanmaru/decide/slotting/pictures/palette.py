"""The colours of the pages (docs/design.md), and rows of colours for what is compared."""

from collections.abc import Sequence
from typing import Final

SHEET: Final = "#fffdf9"
PAPER: Final = "#faf6ee"
PLANK: Final = "#f2e9d9"
PLANK_DEEP: Final = "#e7dac3"
LINE: Final = "#e0d3bc"
LINE_STRONG: Final = "#85745a"
INK: Final = "#221e18"
INK_SOFT: Final = "#51483b"
PINE: Final = "#1d4b40"
PINE_WASH: Final = "#e3eee8"
PERSIMMON: Final = "#ad4117"
FONT: Final = (
    "'Pretendard Variable', Pretendard, 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', system-ui, sans-serif"
)

ALONG: Final = ("#1d4b40", "#37806b", "#7fa565", "#c9ab4a", "#d9852f", "#bd4f2c", "#94405c", "#5d4a86", "#35588f")
"""From one end of the strip to the other: what is wanted near each other looks alike."""
GROUPS: Final = ("#2f6f5e", "#c9702a", "#3d619b", "#a8903a", "#94405c", "#6f9a5b", "#6b5794", "#a5573a")
"""For groups that have no order; neighbours are told apart also by those who see few colours."""
HEAT: Final = ("#f6efe1", "#efd9ae", "#e5b26d", "#d17f3c", "#ad4117", "#6e2410")
"""From seldom to often: darker is more."""
NEUTRAL: Final = "#cbbd9f"
FAINT: Final = "#ece3d2"


def between(row: Sequence[str], share: float) -> str:
    """Answer the colour at a share, 0 to 1, of the way along a row."""
    place = min(max(share, 0.0), 1.0) * (len(row) - 1)
    left = min(int(place), len(row) - 2)
    parts = [
        round(one + (other - one) * (place - left))
        for one, other in zip(_parts(row[left]), _parts(row[left + 1]), strict=True)
    ]
    return "#{:02x}{:02x}{:02x}".format(*parts)


def on(fill: str) -> str:
    """Answer the colour of text that can be read on a fill, by its luminance (WCAG 2.2)."""
    red, green, blue = (
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in _parts(fill)
    )
    return "#ffffff" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.207 else INK  # there both read alike


def _parts(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
