"""Cut stones and pearls."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw

from hanmaru.central.demo.pictures.metal import Metal
from hanmaru.central.demo.pictures.stage import FINE, Colour, Layer, Point, mix, shade


@dataclass(frozen=True, slots=True)
class Gem:
    """A stone: its colour, the corners of its outline (0 is a pearl), how long it is against its width."""

    colour: Colour
    corners: int = 16
    stretch: float = 1.0


DIAMOND = Gem((222, 232, 240))
SAPPHIRE = Gem((34, 66, 150))
EMERALD = Gem((18, 112, 76), corners=8, stretch=1.28)
RUBY = Gem((164, 22, 48))
MOONSTONE = Gem((206, 216, 232), corners=0)
AMETHYST = Gem((122, 74, 160), corners=12, stretch=1.2)
TOPAZ = Gem((112, 178, 206), corners=12)
PEARL = Gem((242, 234, 224), corners=0)
ONYX = Gem((30, 28, 32), corners=8)
PERIDOT = Gem((140, 174, 62), corners=12, stretch=1.3)


def draw_gem(layer: Layer, gem: Gem, centre: Point, radius: float, *, seed: int = 1, squash: float = 0.94) -> None:
    """Draw a stone seen nearly from above; its facets flash by chance, from `seed`."""
    if gem.corners == 0:
        _pearl(layer, gem.colour, centre, radius)
        return
    dice = random.Random(seed)  # noqa: S311 - a picture, no secret
    outer = _ring(gem, centre, radius, 0.0, squash)
    girdle = _ring(gem, centre, radius * 0.82, 0.5, squash)
    table = _ring(gem, centre, radius * 0.54, 0.0, squash)
    layer.fill(layer.mask(outer), shade(gem.colour, -0.45))
    pen = ImageDraw.Draw(layer.image)
    count = gem.corners
    for at in range(count):
        after = (at + 1) % count
        lean = math.cos(2 * math.pi * at / count + 2.3)
        for corners, base in (
            ((outer[at], outer[after], girdle[at]), 0.10),
            ((outer[after], girdle[at], girdle[after]), -0.18),
            ((girdle[at], table[at], table[after]), 0.24),
            ((girdle[at], girdle[after], table[after]), 0.02),
        ):
            light = base + 0.30 * lean + dice.uniform(-0.28, 0.34)
            pen.polygon([(x * FINE, y * FINE) for x, y in corners], fill=(*_facet(gem.colour, light), 255))
    _table(pen, gem, centre, table, dice)
    layer.glow(
        layer.mask(outer), (centre[0] - radius * 0.3, centre[1] - radius * 0.35), radius * 0.8, (255, 255, 255), 0.5
    )
    _sparkle(layer, (centre[0] - radius * 0.42, centre[1] - radius * 0.40), radius * 0.34)


def prongs(layer: Layer, metal: Metal, centre: Point, radius: float, count: int = 4, size: float = 0.16) -> None:
    """Set claws around a stone."""
    for at in range(count):
        angle = 2 * math.pi * (at + 0.5) / count
        x, y = centre[0] + radius * math.cos(angle), centre[1] + radius * 0.94 * math.sin(angle)
        bead(layer, metal.body, (x, y), radius * size)


def bead(layer: Layer, colour: Colour, centre: Point, radius: float) -> None:
    """Draw a small metal ball with a light on it."""
    _stamp(layer, _ball(shade(colour, -0.5), shade(colour, 0.2), radius, 1.0), centre)


def _pearl(layer: Layer, colour: Colour, centre: Point, radius: float) -> None:
    _stamp(layer, _ball(mix(colour, (112, 96, 92), 0.55), colour, radius, 0.85), centre)


@lru_cache(maxsize=64)
def _ball(dark: Colour, light: Colour, radius: float, glint: float) -> Image.Image:
    """A ball lit from the upper left with some light from below, at the fine scale."""
    edge = round(2 * radius * FINE)
    mask = Image.new("L", (edge, edge))
    ImageDraw.Draw(mask).ellipse((0, 0, edge - 1, edge - 1), fill=255)
    ball = Image.new("RGB", (edge, edge), dark)
    for colour, x, y, wide, strength in (
        (light, 0.40, 0.38, 1.30, 1.0),
        (light, 0.66, 0.80, 0.50, 0.5),
        ((255, 255, 255), 0.34, 0.32, 0.62, glint),
        ((255, 255, 255), 0.33, 0.30, 0.26, 1.0),
    ):
        size = max(2, round(edge * wide))
        spot = ImageChops.invert(Image.radial_gradient("L").resize((size, size)))
        spot = spot.point(lambda v, strength=strength: int(max(0, v - 74) * 1.4 * strength))
        ball.paste(colour, (round(edge * x - size / 2), round(edge * y - size / 2)), spot)
    ball.putalpha(mask)
    return ball


def _stamp(layer: Layer, stamp: Image.Image, centre: Point) -> None:
    corner = (round(centre[0] * FINE - stamp.width / 2), round(centre[1] * FINE - stamp.height / 2))
    layer.image.alpha_composite(stamp, corner)


def _table(pen: ImageDraw.ImageDraw, gem: Gem, centre: Point, table: list[Point], dice: random.Random) -> None:
    """The flat top mirrors the stone's inside: wedges of light and dark."""
    for one, other in zip(table, [*table[1:], table[0]], strict=True):
        light = _facet(gem.colour, dice.uniform(-0.30, 0.55))
        pen.polygon([(x * FINE, y * FINE) for x, y in (centre, one, other)], fill=(*light, 255))


def _facet(colour: Colour, light: float) -> Colour:
    return shade(colour, max(-0.72, min(0.86, light)))


def _ring(gem: Gem, centre: Point, radius: float, offset: float, squash: float) -> list[Point]:
    angles = [2 * math.pi * (at + offset + 0.5) / gem.corners for at in range(gem.corners)]
    return [(centre[0] + radius * math.cos(a), centre[1] + radius * squash * gem.stretch * math.sin(a)) for a in angles]


def _sparkle(layer: Layer, centre: Point, radius: float) -> None:
    x, y = centre
    thin = radius * 0.09
    star = [(x, y - radius), (x + thin, y - thin), (x + radius, y), (x + thin, y + thin),
            (x, y + radius), (x - thin, y + thin), (x - radius, y), (x - thin, y - thin)]  # fmt: skip
    layer.fill(layer.mask(star), (255, 255, 255), 0.92)
