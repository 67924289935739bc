"""Materials, packing and small leather goods."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from hanmaru.central.demo.pictures.shoe import BLACK, BROWN, TAN, Leather, panel, seam, shine
from hanmaru.central.demo.pictures.stage import (
    FINE,
    Backdrop,
    Colour,
    Layer,
    Point,
    backdrop,
    cast,
    curve,
    dots,
    shade,
)

_PAPER: Colour = (244, 238, 226)
_INK: Colour = (70, 58, 48)
_BRASS: Colour = (206, 170, 100)


def bottle(look: Backdrop, liquid: Colour, words: Sequence[str]) -> Image.Image:
    """Show a litre of solution in a round bottle with a paper label."""
    sheet = backdrop(look)
    _ground(sheet, 400, 800, 930)
    layer = Layer()
    body = curve((420, 920), (420, 920), (420, 520), (440, 440), (520, 380), (536, 340), (536, 300), (536, 300),
        (664, 300), (664, 300), (664, 340),
                 (680, 380), (760, 440), (780, 520), (780, 920), (780, 920), (740, 944), (600, 952), (460, 944),
                     (420, 920))  # fmt: skip
    _round(layer, body, liquid)
    _round(layer, [(528, 216), (672, 216), (676, 306), (524, 306)], (46, 42, 40))
    for n in range(9):
        layer.stroke([(540 + n * 15, 226), (540 + n * 15, 298)], (90, 84, 80), 2, 0.5)
    _round(layer, [(420, 560), (780, 560), (780, 820), (420, 820)], _PAPER, depth=0.30)
    layer.stroke([(440, 584), (760, 584)], _BRASS, 3)
    layer.stroke([(440, 798), (760, 798)], _BRASS, 3)
    for at, (text, size) in enumerate(zip(words, (76, 30, 30), strict=False)):
        _write(layer, text, (600, 650 + at * 62), size)
    mask = layer.mask(body)
    shine(layer, mask, [(458, 480), (452, 900)], Leather((255, 255, 255), 1.0), 16)
    shine(layer, mask, [(752, 500), (756, 900)], Leather((255, 255, 255), 1.0), 8, 0.5)
    layer.onto(sheet)
    return sheet


def cloth(look: Backdrop, colour: Colour) -> Image.Image:
    """Show three folded cloths, one on the other."""
    sheet = backdrop(look)
    _ground(sheet, 290, 930, 820)
    layer = Layer()
    for at in range(3):
        y = 800 - at * 62
        tone = shade(colour, -0.12 + 0.12 * at)
        sheet_of = curve((300, y), (300, y), (292, y - 30), (310, y - 58), (310, y - 58), (890, y - 58),
            (890, y - 58), (906, y - 30), (896, y), (896, y),
                         (600, y + 8), (300, y))  # fmt: skip
        panel(layer, sheet_of, Leather(tone, 0.1), depth=12)
        layer.stroke(curve((306, y - 28), (600, y - 22), (894, y - 28)), shade(tone, -0.35), 2.4, 0.7)
    top = curve(
        (310, 618),
        (310, 618),
        (420, 520),
        (420, 520),
        (800, 520),
        (800, 520),
        (890, 618),
        (890, 618),
        (600, 626),
        (310, 618),
    )
    panel(layer, top, Leather(shade(colour, 0.24), 0.1), depth=10)
    seam(layer, curve((330, 600), (600, 606), (870, 600), steps=20), Leather(shade(colour, 0.24)))
    _write(layer, "HANMARU", (600, 566), 34)
    layer.onto(sheet)
    return sheet


def ring_case(look: Backdrop, colour: Colour) -> Image.Image:
    """Show an open case of velvet with a slit for the ring."""
    sheet = backdrop(look)
    _ground(sheet, 330, 890, 880)
    layer = Layer()
    velvet = Leather(colour, 0.12)
    panel(layer, curve((380, 620), (380, 620), (350, 330), (370, 310), (370, 310), (830, 310), (830, 310),
        (850, 330), (820, 620), (820, 620), (380, 620)),
          velvet, depth=22)  # fmt: skip
    panel(layer, [(412, 600), (390, 350), (810, 350), (788, 600)], Leather((240, 230, 216), 0.1), depth=26)
    _write(layer, "HANMARU", (600, 474), 38)
    panel(layer, [(352, 640), (380, 596), (820, 596), (848, 640)], Leather(shade(colour, -0.2), 0.1), depth=8)
    panel(layer, [(392, 640), (412, 606), (788, 606), (808, 640)], Leather((232, 220, 204), 0.1), depth=10)
    layer.stroke(curve((500, 622), (600, 628), (700, 622)), (120, 104, 88), 9)
    panel(layer, curve((352, 640), (352, 640), (848, 640), (848, 640), (838, 850), (820, 872), (820, 872),
        (380, 872), (380, 872), (362, 850), (352, 640)),
          velvet, depth=26)  # fmt: skip
    layer.stroke([(566, 664), (634, 664)], _BRASS, 12)
    layer.onto(sheet)
    return sheet


def shoe_box(look: Backdrop, colour: Colour) -> Image.Image:
    """Show a box with its lid a little open and tissue looking out."""
    sheet = backdrop(look)
    _ground(sheet, 210, 1010, 880)
    layer = Layer()
    _flat(layer, [(220, 600), (820, 640), (820, 880), (220, 826)], shade(colour, 0.05))
    _flat(layer, [(820, 640), (990, 560), (990, 786), (820, 880)], shade(colour, -0.28))
    tissue = [
        (230, 600),
        *curve((300, 560), (400, 584), (520, 548), (640, 580), (760, 556), (860, 580), (960, 556)),
        (980, 570),
        (820, 642),
    ]
    panel(layer, tissue, Leather((246, 240, 230), 0.2), depth=14)
    _flat(layer, [(200, 470), (812, 506), (1002, 424), (420, 396)], shade(colour, 0.30))
    _flat(layer, [(200, 470), (812, 506), (812, 580), (200, 540)], shade(colour, 0.12))
    _flat(layer, [(812, 506), (1002, 424), (1002, 494), (812, 580)], shade(colour, -0.22))
    layer.stroke([(204, 541), (812, 581)], shade(colour, -0.6), 4, 0.5)
    _flat(layer, [(400, 700), (640, 718), (640, 800), (400, 780)], _PAPER)
    _write(layer, "HANMARU 260", (520, 750), 30)
    layer.onto(sheet)
    return sheet


def lace_bundle(look: Backdrop, colour: Colour) -> Image.Image:
    """Show a pair of laces wound to a bundle."""
    sheet = backdrop(look)
    loops = [
        [
            (600 + (300 - n * 13) * math.cos(a) + 10 * n, 640 + (150 - n * 9) * math.sin(a) + (n % 3) * 14)
            for a in _turn()
        ]
        for n in range(7)
    ]
    cast(sheet, dots([(300, 500, 930, 830)], 110), radius=14, strength=0.4)
    layer = Layer()
    for loop in loops:
        _cord(layer, loop, colour, 17)
    _cord(layer, curve((560, 420), (590, 560), (580, 700), (620, 860)), shade(colour, -0.15), 24)
    tail = curve((620, 780), (760, 860), (860, 850), (960, 910))
    _cord(layer, tail, colour, 17)
    layer.stroke(tail[-5:], (200, 190, 170), 18)
    layer.onto(sheet)
    return sheet


def hides(look: Backdrop, leathers: Sequence[Leather]) -> Image.Image:
    """Show rolls of leather, stacked."""
    sheet = backdrop(look)
    _ground(sheet, 180, 1010, 880)
    places = ((250, 790), (250, 610), (250, 430))
    layer = Layer()
    for leather, (x, y) in zip(leathers, places, strict=False):
        radius = 88
        body = curve((x, y - radius), (x, y - radius), (940, y - radius), (940, y - radius), (984, y),
            (940, y + radius), (940, y + radius), (x, y + radius),
                     (x, y + radius), (x, y - radius))  # fmt: skip
        panel(layer, body, leather, depth=44)
        shine(layer, layer.mask(body), [(x, y - 40), (950, y - 40)], leather, 26, 0.8)
        end = [(x + radius * 0.52 * math.cos(a), y + radius * math.sin(a)) for a in _turn()]
        panel(layer, end, Leather(shade(leather.colour, 0.42), 0.1), depth=12)
        spiral = [
            (x + r * 0.52 * math.cos(a), y + r * math.sin(a))
            for a, r in ((n / 6, radius - n * 0.72) for n in range(112))
        ]
        layer.stroke(spiral, shade(leather.colour, -0.35), 4)
    layer.onto(sheet)
    return sheet


def slabs(look: Backdrop, leather: Leather) -> Image.Image:
    """Show thick sheets for soles, laid crosswise."""
    sheet = backdrop(look)
    _ground(sheet, 220, 990, 860)
    layer = Layer()
    for at in range(4):
        y, x = 800 - at * 74, 230 + (at % 2) * 44
        tone = Leather(shade(leather.colour, -0.06 * (at % 2)), leather.gloss)
        _flat(layer, [(x, y), (x + 660, y + 30), (x + 660, y + 72), (x, y + 40)], shade(tone.colour, -0.40))
        _flat(
            layer,
            [(x + 660, y + 30), (x + 740, y - 60), (x + 740, y - 22), (x + 660, y + 72)],
            shade(tone.colour, -0.55),
        )
        panel(layer, [(x, y), (x + 150, y - 84), (x + 740, y - 60), (x + 660, y + 30)], tone, depth=18)
    layer.onto(sheet)
    return sheet


def wallet(look: Backdrop, leather: Leather, *, card: bool = False) -> Image.Image:
    """Show a wallet with a half-moon flap, or a slim case with a card in it."""
    sheet = backdrop(look)
    left, top, right, low = (300, 400, 900, 820)
    cast(
        sheet,
        lambda pen: pen.rounded_rectangle((left + 6, top + 26, right + 44, low + 36), 40, fill=255),
        radius=26,
        strength=0.5,
    )
    layer = Layer()
    if card:
        panel(layer, [(350, 330), (850, 330), (850, 520), (350, 520)], Leather(_PAPER, 0.2), depth=10)
        layer.stroke([(380, 372), (560, 372)], (190, 180, 164), 10)
    body = _rounded(left, top, right, low, 36)
    panel(layer, body, leather, depth=26)
    mask = layer.mask(body)
    shine(layer, mask, [(340, 460), (520, 440), (800, 450)], leather, 40, 0.5)
    inner = _rounded(left + 18, top + 10, right - 18, low - 30, 26)
    seam(layer, inner, leather)
    if card:
        seam(layer, curve((320, 560), (600, 640), (880, 560), steps=24), leather)
    else:
        flap = [
            *curve((left, 440), (360, 620), (600, 690), (840, 620), (right, 440), steps=20),
            (right, 420),
            (left, 420),
        ]
        panel(layer, [*flap], Leather(shade(leather.colour, 0.06), leather.gloss), depth=26, base=mask)
        seam(layer, curve((320, 470), (380, 610), (600, 668), (820, 610), (880, 470), steps=16), leather)
        layer.stroke([(600, 640), (600, 641)], shade(_BRASS, -0.3), 36)
        layer.stroke([(598, 638), (598, 639)], _BRASS, 28)
        layer.stroke([(593, 633), (594, 633)], shade(_BRASS, 0.6), 9)
    layer.onto(sheet)
    return sheet


def belt(look: Backdrop, leather: Leather) -> Image.Image:
    """Show a belt rolled up, its buckle outside."""
    sheet = backdrop(look)
    _ground(sheet, 330, 900, 870)
    layer = Layer()
    high = 150.0
    for at in range(5, -1, -1):
        reach = 120 + at * 34
        ellipse = [(600 + reach * math.cos(a), 600 + reach * 0.52 * math.sin(a)) for a in _turn()]
        wall = [*((x, y) for x, y in ellipse[:31]), *((x, y + high) for x, y in reversed(ellipse[:31]))]
        rim = [(600 + (reach - 12) * math.cos(a), 600 + (reach - 12) * 0.52 * math.sin(a)) for a in _turn()]
        if at == 5:
            panel(layer, wall, leather, depth=20)
        panel(layer, ellipse, Leather(shade(leather.colour, 0.22), 0.2), depth=4)
        layer.fill(layer.mask(rim), shade(leather.colour, -0.72))
        if at == 5:
            shine(layer, layer.mask(wall), [(330, 640), (345, 740)], leather, 26)
            low = [(x, y + high - 14) for x, y in ellipse[2:29]]
            seam(layer, [(x, y + 6) for x, y in ellipse[2:29]], leather)
            seam(layer, [(x, y - 14) for x, y in low], leather)
    edge = [(690, 700), (838, 640), (838, 820), (690, 884), (690, 700)]
    layer.stroke(edge, shade(_BRASS, -0.4), 26)
    layer.stroke([(x - 2, y - 3) for x, y in edge], _BRASS, 18)
    layer.stroke([(x - 4, y - 6) for x, y in edge], shade(_BRASS, 0.5), 5)
    layer.stroke([(764, 676), (764, 840)], _BRASS, 14)
    layer.onto(sheet)
    return sheet


def spools(look: Backdrop, colours: Sequence[Colour]) -> Image.Image:
    """Show spools of thread side by side."""
    sheet = backdrop(look)
    layer = Layer()
    for at, colour in enumerate(colours):
        x, low = 340 + at * 260, 860 - (at % 2) * 60
        cast(sheet, dots([(x - 110, low - 34, x + 170, low + 40)]), radius=22, strength=0.5)
        wood: Colour = (206, 168, 122)
        _round(
            layer,
            curve(
                (x - 100, low - 30),
                (x - 100, low - 30),
                (x - 100, low),
                (x, low + 22),
                (x + 100, low),
                (x + 100, low - 30),
                (x + 100, low - 30),
            ),
            wood,
        )
        body = curve((x - 82, low - 30), (x - 82, low - 30), (x - 88, low - 160), (x - 82, low - 290),
            (x - 82, low - 290), (x + 82, low - 290), (x + 82, low - 290),
                     (x + 88, low - 160), (x + 82, low - 30), (x + 82, low - 30), (x, low - 12),
                         (x - 82, low - 30))  # fmt: skip
        _round(layer, body, colour)
        for n in range(28):
            y = low - 284 + n * 9.4
            layer.stroke(
                curve((x - 84, y), (x, y + 14), (x + 84, y - 2), steps=6),
                shade(colour, -0.3 if n % 2 else 0.22),
                2,
                0.45,
            )
        _round(layer, [(x - 100, low - 310), (x + 100, low - 310), (x + 100, low - 284), (x - 100, low - 284)], wood)
        top = [(x + 100 * math.cos(a), low - 310 + 24 * math.sin(a)) for a in _turn()]
        layer.fill(layer.mask(top), shade(wood, 0.25))
        layer.fill(layer.mask([(x + 26 * math.cos(a), low - 310 + 7 * math.sin(a)) for a in _turn()]), (70, 52, 38))
    layer.onto(sheet)
    return sheet


CALF = (TAN, BROWN, BLACK)


def _round(layer: Layer, outline: Sequence[Point], colour: Colour, depth: float = 0.62) -> None:
    """Paint an upright cylinder: light at the left third, dark at both sides."""
    mask = layer.mask(outline)
    box = mask.getbbox()
    if box is None:
        return
    side = Image.new("RGB", (128, 1))
    side.putdata(
        [shade(colour, 0.24 - (depth + 0.24) * min(1.0, abs(x / 127 - 0.34) / 0.66) ** 1.7) for x in range(128)]
    )
    piece = mask.crop(box)
    layer.image.paste(side.resize(piece.size, Image.Resampling.BILINEAR), box[:2], piece)


def _flat(layer: Layer, outline: Sequence[Point], colour: Colour) -> None:
    layer.fill(layer.mask(outline), colour)
    layer.stroke([*outline, outline[0]], shade(colour, 0.25), 1.4, 0.6)


def _cord(layer: Layer, line: Sequence[Point], colour: Colour, width: float) -> None:
    layer.stroke(line, shade(colour, -0.5), width + 3)
    layer.stroke(line, colour, width)
    layer.stroke([(x - width * 0.15, y - width * 0.22) for x, y in line], shade(colour, 0.4), width * 0.3, 0.8)


def _write(layer: Layer, words: str, centre: Point, size: int) -> None:
    font = ImageFont.load_default(size * FINE)
    ImageDraw.Draw(layer.image).text(
        (centre[0] * FINE, centre[1] * FINE), words, fill=(*_INK, 255), font=font, anchor="mm"
    )


def _ground(sheet: Image.Image, left: float, right: float, low: float) -> None:
    cast(sheet, dots([(left - 20, low - 50, right + 70, low + 44)]), radius=32, strength=0.45)
    cast(sheet, dots([(left + 6, low - 20, right + 14, low + 22)]), radius=8, strength=0.5)


def _rounded(left: float, top: float, right: float, low: float, radius: float) -> list[Point]:
    corners = (
        (right - radius, top + radius, -90),
        (right - radius, low - radius, 0),
        (left + radius, low - radius, 90),
        (left + radius, top + radius, 180),
    )
    line = [
        (x + radius * math.cos(math.radians(first + step * 10)), y + radius * math.sin(math.radians(first + step * 10)))
        for x, y, first in corners
        for step in range(10)
    ]
    dense = [*line, line[0]]
    return [
        (a[0] + (b[0] - a[0]) * n / 24, a[1] + (b[1] - a[1]) * n / 24)
        for a, b in itertools.pairwise(dense)
        for n in range(24 if math.dist(a, b) > 40 else 1)
    ]


def _turn() -> list[float]:
    return [2 * math.pi * n / 60 for n in range(61)]
