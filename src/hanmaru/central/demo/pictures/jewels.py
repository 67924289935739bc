"""Rings on a plinth, rings lying, earrings, necklaces and a bangle."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import Image

from hanmaru.central.demo.pictures.gems import Gem, bead, draw_gem, prongs
from hanmaru.central.demo.pictures.metal import Band, Metal, draw_band, engrave
from hanmaru.central.demo.pictures.shoe import Leather, panel, shine
from hanmaru.central.demo.pictures.stage import Backdrop, Layer, Point, backdrop, cast, curve, dots, plinth, shade

_TOP = (230, 742, 970, 950)


def standing(look: Backdrop, band: Band, metal: Metal, gem: Gem | None = None, size: float = 74) -> Image.Image:
    """Show a ring standing on a plinth, with its stone on top."""
    sheet = backdrop(look)
    plinth(sheet, look.plinth or shade(look.table, -0.05), _TOP, 128)
    cast(sheet, dots([(490, 822, 840, 868)]), radius=22, strength=0.5)
    cast(sheet, dots([(530, 828, 680, 850)]), radius=6, strength=0.5)
    layer = Layer()
    scale = 232.0
    reach = scale * (1 + band.thickness)
    centre = (600.0, 838 - reach)
    draw_band(layer, band, metal, centre, scale)
    if gem is not None:
        above = (600.0, centre[1] - reach * 0.95 - size * 0.50)
        if gem.corners:
            prongs(layer, metal, (above[0], above[1] + 6), size * 0.98, size=0.15)
        draw_gem(layer, gem, above, size, seed=int(size))
        if gem.corners:
            prongs(layer, metal, above, size * 0.94, size=0.12)
    layer.onto(sheet)
    return sheet


def lying(look: Backdrop, bands: Sequence[tuple[Band, Metal, Point, float, str]]) -> Image.Image:
    """Show bands lying on the table, the hindmost first; the last of each is what is engraved."""
    sheet = backdrop(look)
    for band, metal, centre, scale, words in bands:
        x, y = centre
        reach = scale * (1 + band.thickness)
        low = y + band.width * scale * 0.44
        rim = 26 + scale * band.width * 0.5
        box = (x - reach + 14, low - reach * 0.53, x + reach + 46, low + reach * 0.53 + 26)
        cast(sheet, dots([box], rim), radius=16, strength=0.55)
        layer = Layer()
        draw_band(layer, band, metal, centre, scale)
        if words:
            engrave(layer, band, metal, centre, scale, words)
        layer.onto(sheet)
    return sheet


def dangling(look: Backdrop, metal: Metal, gem: Gem) -> Image.Image:
    """Show a pair of hooks with a drop-shaped stone each."""
    sheet = backdrop(look, horizon=1.3)
    for x in (430, 770):
        cast(sheet, dots([(x - 30, 580, x + 150, 880)]), radius=46, strength=0.26)
        layer = Layer()
        hook = curve((x - 46, 470), (x - 50, 380), (x - 20, 312), (x + 22, 330), (x + 20, 400), (x, 470))
        _wire(layer, hook, metal, 8)
        bead(layer, metal.body, (x, 484), 17)
        _wire(layer, [(x, 500), (x, 560)], metal, 6)
        bead(layer, metal.body, (x, 566), 24)
        draw_gem(layer, gem, (x, 700), 96, seed=x)
        prongs(layer, metal, (x, 700), 104, size=0.11)
        layer.onto(sheet)
    return sheet


def studs(look: Backdrop, metal: Metal, gem: Gem) -> Image.Image:
    """Show a pair of pearls on a plinth, one turned to show its pin."""
    sheet = backdrop(look)
    plinth(sheet, shade(look.table, -0.05), _TOP, 128)
    layer = Layer()
    for x, y, radius in ((470, 760, 92), (722, 790, 92)):
        cast(sheet, dots([(x - 70, y + 50, x + 150, y + 106)]), radius=18, strength=0.5)
        if x > 600:
            _wire(layer, [(x + 60, y + 20), (x + 190, y + 56)], metal, 8)
            bead(layer, metal.body, (x + 192, y + 56), 12)
        draw_gem(layer, gem, (x, y), radius)
        bead(layer, metal.body, (x - 4, y + radius - 8), 12)
    layer.onto(sheet)
    return sheet


def hoops(look: Backdrop, metal: Metal) -> Image.Image:
    """Show a pair of hoops standing one behind the other."""
    sheet = backdrop(look)
    for x, y, yaw in ((520, 560, 58.0), (700, 640, 30.0)):
        cast(sheet, dots([(x - 90, y + 196, x + 280, y + 250)]), radius=22, strength=0.45)
        layer = Layer()
        draw_band(layer, Band(width=0.13, thickness=0.13, roundness=2, yaw=yaw, pitch=12), metal, (x, y), 210)
        bead(layer, metal.body, (x, y - 232), 15)
        layer.onto(sheet)
    return sheet


def strand(look: Backdrop, metal: Metal, gem: Gem, count: int = 46) -> Image.Image:
    """Show a closed string of pearls laid in a loop."""
    sheet = backdrop(look, horizon=1.3)
    places = []
    for at in range(count):
        angle = 2 * math.pi * at / count
        places.append((600 + 330 * math.cos(angle) * (1 - 0.10 * math.sin(angle)), 610 + 310 * math.sin(angle)))
    layer = Layer()
    for x, y in places:
        draw_gem(layer, gem, (x, y), 22.5)
    bead(layer, metal.body, places[count * 3 // 4], 19)
    cast(sheet, dots([(x - 8, y - 2, x + 40, y + 46) for x, y in places]), radius=12, strength=0.42)
    layer.onto(sheet)
    return sheet


def pendant(look: Backdrop, metal: Metal, gem: Gem | None) -> Image.Image:
    """Show a fine chain with a stone, or with a crescent."""
    sheet = backdrop(look, horizon=1.3)
    chain = curve((250, 150), (300, 380), (430, 580), (600, 668), (770, 580), (900, 380), (950, 150), steps=22)
    hang = (600.0, 668.0)
    cast(sheet, lambda pen: pen.line([(x + 14, y + 18) for x, y in chain], fill=255, width=9), radius=9, strength=0.34)
    cast(sheet, dots([(530, 700, 700, 880)]), radius=26, strength=0.36)
    layer = Layer()
    _wire(layer, chain, metal, 3)
    for x, y in chain[::2]:
        bead(layer, metal.body, (x, y), 6.5)
    bead(layer, metal.body, (hang[0], hang[1] + 18), 15)
    if gem is not None:
        draw_gem(layer, gem, (600, 782), 84, seed=4)
        prongs(layer, metal, (600, 782), 88, count=6, size=0.12)
    else:
        outer = [(600 + 108 * math.cos(a), 790 + 108 * math.sin(a)) for a in _angles(-50, 230)]
        inner = [(600 + 79 * math.cos(a), 742 + 79 * math.sin(a)) for a in _angles(209, -29)]
        moon = [*outer, *inner]
        gold = Leather(metal.body, 1.0)
        panel(layer, moon, gold, depth=16)
        mask = layer.mask(moon)
        shine(layer, mask, [(600 + 92 * math.cos(a), 786 + 92 * math.sin(a)) for a in _angles(110, 200)], gold, 13)
        layer.stroke([(600, 690), (508, 744)], metal.body, 4)
        layer.stroke([(600, 690), (692, 744)], metal.body, 4)
    layer.onto(sheet)
    return sheet


def _angles(first: float, last: float) -> list[float]:
    return [math.radians(first + (last - first) * n / 60) for n in range(61)]


def _wire(layer: Layer, line: Sequence[Point], metal: Metal, width: float) -> None:
    layer.stroke(line, metal.dark, width + 2)
    layer.stroke(line, metal.body, width)
    layer.stroke([(x - width * 0.2, y - width * 0.2) for x, y in line], metal.light, width * 0.35)
