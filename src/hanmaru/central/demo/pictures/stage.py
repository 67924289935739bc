"""The photo studio: a warm backdrop, soft light, soft shadows, and layers drawn larger and scaled down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

EDGE = 1200
FINE = 2
"""Shapes are drawn this many times larger and scaled down, which makes their edges smooth."""

Colour = tuple[int, int, int]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A wall and a table of paper: colours at the top, at the horizon and in front."""

    wall: Colour
    table: Colour
    plinth: Colour | None = None


LINEN = Backdrop((236, 227, 214), (222, 208, 190))
SAND = Backdrop((231, 214, 193), (211, 188, 161))
BLUSH = Backdrop((238, 217, 205), (222, 190, 174))
SAGE = Backdrop((218, 220, 205), (190, 194, 174))
CLAY = Backdrop((222, 190, 166), (196, 154, 126))
STONE = Backdrop((225, 222, 217), (202, 197, 190))
MIST = Backdrop((214, 220, 224), (188, 196, 202))


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Blend `share` (0 to 1) of `other` into `one`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def shade(colour: Colour, light: float) -> Colour:
    """Darken (below 0) or lighten (above 0) a colour; -1 is black, 1 is white."""
    return mix(colour, (255, 255, 255) if light > 0 else (18, 12, 8), abs(light))


def backdrop(look: Backdrop, horizon: float = 0.56) -> Image.Image:
    """Paint wall and table with a soft bend between them and a pool of light from the upper left."""
    small = EDGE // 4
    ramp = Image.new("L", (1, small))
    ramp.putdata([round(255 * _smooth((y / small - horizon + 0.10) / 0.20)) for y in range(small)])
    wall, table = (Image.new("RGB", (small, small), c) for c in (look.wall, look.table))
    sheet = Image.composite(table, wall, ramp.resize((small, small)))
    pool = Image.radial_gradient("L").resize((small * 2, small * 2), Image.Resampling.BICUBIC)
    offset = (round(small * 0.62), round(small * 0.66))
    pool = pool.crop((*offset, offset[0] + small, offset[1] + small))
    lit = Image.blend(sheet, Image.new("RGB", sheet.size, (255, 252, 246)), 0.55)
    dim = Image.blend(sheet, Image.new("RGB", sheet.size, shade(look.table, -0.6)), 0.35)
    sheet = Image.composite(dim, Image.blend(lit, sheet, 0.35), pool.point(lambda v: min(255, int(v * 1.05))))
    return sheet.resize((EDGE, EDGE), Image.Resampling.BICUBIC)


def _smooth(x: float) -> float:
    x = min(1.0, max(0.0, x))
    return x * x * (3 - 2 * x)


def soft(mask: Image.Image, radius: float) -> Image.Image:
    """Blur a mask; wide blurs are done on a small copy, which looks the same and costs little."""
    factor = max(1, min(8, int(radius / 3)))
    small = mask.resize((max(1, mask.width // factor), max(1, mask.height // factor)), Image.Resampling.BOX)
    return small.filter(ImageFilter.GaussianBlur(radius / factor)).resize(mask.size, Image.Resampling.BILINEAR)


def cast(
    sheet: Image.Image, draw: Callable[[ImageDraw.ImageDraw], None], *, radius: float, strength: float,
    colour: Colour = (58, 38, 26),
) -> None:  # fmt: skip
    """Cast a shadow on the sheet: `draw` paints it white in sheet pixels, `strength` is 0 to 1."""
    factor = 4
    mask = Image.new("L", (EDGE // factor, EDGE // factor))
    big = Image.new("L", (EDGE, EDGE))
    draw(ImageDraw.Draw(big))
    mask = big.resize(mask.size, Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(radius / factor))
    mask = mask.point(lambda v: int(v * strength)).resize(sheet.size, Image.Resampling.BICUBIC)
    sheet.paste(colour, (0, 0), mask)


def dots(boxes: Sequence[tuple[float, float, float, float]], rim: float = 0) -> Callable[[ImageDraw.ImageDraw], None]:
    """Paint ellipses for `cast`: whole ones, or only a rim of that width."""

    def paint(pen: ImageDraw.ImageDraw) -> None:
        for box in boxes:
            if rim:
                pen.ellipse(box, outline=255, width=round(rim))
            else:
                pen.ellipse(box, fill=255)

    return paint


def plinth(sheet: Image.Image, colour: Colour, box: tuple[int, int, int, int], height: int) -> None:
    """Stand a round plinth on the table: `box` is its top ellipse."""
    left, top, right, bottom = box
    cast(sheet, lambda d: d.ellipse((left + 40, top + height + 10, right + 130, bottom + height + 40), fill=255),
         radius=36, strength=0.42)  # fmt: skip
    wide, deep = right - left, bottom - top
    size = (wide * FINE, (deep + height) * FINE)
    mask, pen = _blank(size)
    pen.rectangle((0, deep * FINE // 2, size[0], size[1] - deep * FINE // 2), fill=255)
    pen.ellipse((0, height * FINE, size[0], size[1]), fill=255)
    side = Image.new("RGB", (256, 1))
    side.putdata([shade(colour, 0.12 - 0.55 * abs((x / 255) - 0.3) ** 1.4) for x in range(256)])
    sheet.paste(side.resize((wide, deep + height)), (left, top), mask.reduce(FINE))
    mask, pen = _blank((wide * FINE, deep * FINE))
    pen.ellipse((0, 0, wide * FINE, deep * FINE), fill=255)
    across = Image.linear_gradient("L").rotate(90).resize((wide, deep))
    face = Image.composite(
        Image.new("RGB", (wide, deep), shade(colour, 0.14)), Image.new("RGB", (wide, deep), shade(colour, 0.5)), across
    )
    sheet.paste(face, (left, top), mask.reduce(FINE))


def _blank(size: tuple[int, int]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    mask = Image.new("L", size)
    return mask, ImageDraw.Draw(mask)


class Layer:
    """A transparent sheet at the fine scale; every coordinate given to it is in pixels of the picture."""

    def __init__(self) -> None:
        """Begin empty."""
        self.image = Image.new("RGBA", (EDGE * FINE, EDGE * FINE))

    def mask(self, outline: Sequence[Point] | None = None) -> Image.Image:
        """Make a mask of the layer's size, filled inside `outline`."""
        mask = Image.new("L", self.image.size)
        if outline:
            ImageDraw.Draw(mask).polygon([(x * FINE, y * FINE) for x, y in outline], fill=255)
        return mask

    def fill(self, mask: Image.Image, colour: Colour, strength: float = 1.0) -> None:
        """Paint inside the mask."""
        box = mask.getbbox()
        if box is None:
            return
        piece = mask.crop(box)
        if strength < 1:
            piece = piece.point(lambda v: int(v * strength))
        self.blend(piece, box[:2], colour)

    def blend(self, piece: Image.Image, corner: tuple[int, int], colour: Colour) -> None:
        """Lay colour over what is there, as thick as the piece of mask says."""
        box = (*corner, corner[0] + piece.width, corner[1] + piece.height)
        seen = self.image.crop(box)
        alpha = ImageChops.lighter(seen.getchannel("A"), piece)
        # Where nothing was painted yet there is no colour to mix with.
        seen.paste((*colour, 255), (0, 0), ImageChops.invert(seen.getchannel("A")))
        seen.paste((*colour, 255), (0, 0), piece)
        seen.putalpha(alpha)
        self.image.paste(seen, corner)

    def glow(self, mask: Image.Image, centre: Point, radius: float, colour: Colour, strength: float) -> None:
        """Lay a round soft light or shadow around `centre`, inside the mask."""
        size = round(2 * radius * FINE)
        if size < 2:
            return
        spot = Image.radial_gradient("L").resize((size, size), Image.Resampling.BILINEAR)
        spot = ImageChops.invert(spot).point(lambda v: int(max(0, v - 74) * 1.4 * strength))
        corner = (round((centre[0] - radius) * FINE), round((centre[1] - radius) * FINE))
        box = (corner[0], corner[1], corner[0] + size, corner[1] + size)
        spot = ImageChops.multiply(spot, mask.crop(box))
        paint = Image.new("RGBA", spot.size, (*colour, 255))
        seen = self.image.crop(box)
        alpha = seen.getchannel("A")
        seen = Image.composite(paint, seen, spot)
        seen.putalpha(alpha)
        self.image.paste(seen, corner)

    def stroke(self, points: Sequence[Point], colour: Colour, width: float, strength: float = 1.0) -> None:
        """Draw a line with round ends."""
        fine = [(x * FINE, y * FINE) for x, y in points]
        thick = max(1, round(width * FINE))
        left, top = (int(min(p[axis] for p in fine)) - thick for axis in (0, 1))
        right, bottom = (int(max(p[axis] for p in fine)) + thick for axis in (0, 1))
        mask = Image.new("L", (right - left, bottom - top))
        pen = ImageDraw.Draw(mask)
        near = [(x - left, y - top) for x, y in fine]
        pen.line(near, fill=round(255 * strength), width=thick, joint="curve")
        for x, y in (near[0], near[-1]):
            pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=round(255 * strength))
        self.blend(mask, (left, top), colour)

    def onto(self, sheet: Image.Image) -> None:
        """Scale down and lay over the sheet."""
        box = self.image.getbbox()
        if box is None:
            return
        box = (box[0] // FINE * FINE, box[1] // FINE * FINE, box[2], box[3])
        small = self.image.crop(box).reduce(FINE)
        sheet.paste(small, (box[0] // FINE, box[1] // FINE), small)

    def cut_out(self) -> Image.Image:
        """Give what was drawn, without the empty room around it, at the fine scale."""
        return self.image.crop(self.image.getbbox())


def curve(*points: Point, steps: int = 14) -> list[Point]:
    """Bend a smooth line through the points (Catmull-Rom); a point given twice is a corner."""
    line: list[Point] = []
    run: list[Point] = []
    for point in points:
        if run and point == run[-1]:
            line += _bend(run, steps)
            run = [point]
        else:
            run.append(point)
    return [*line, *_bend(run, steps), points[-1]]


def _bend(run: Sequence[Point], steps: int) -> list[Point]:
    padded = [run[0], *run, run[-1]]
    line: list[Point] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(steps):
            t = step / steps
            line.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    return line


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
