"""Leather shoes from the side: a last, panels, seams, sole and heel, lit from the upper left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw

from hanmaru.central.demo.pictures.stage import EDGE, FINE, Colour, Layer, Point, cast, curve, dots, mix, shade, soft

Outline = Sequence[Point]


@dataclass(frozen=True, slots=True)
class Leather:
    """A colour of leather and how much it shines (0 to 1)."""

    colour: Colour
    gloss: float = 0.55


BLACK = Leather((44, 40, 40), 0.8)
BROWN = Leather((98, 60, 38), 0.6)
TAN = Leather((178, 118, 68), 0.5)
WINE = Leather((104, 30, 38), 0.7)
IVORY = Leather((232, 222, 204), 0.35)
NAVY = Leather((42, 52, 82), 0.5)

RUBBER: Colour = (58, 50, 46)
CREPE: Colour = (204, 172, 128)
WHITE_RUBBER: Colour = (240, 236, 228)
STACKED: Colour = (108, 72, 46)
ELASTIC: Colour = (38, 36, 36)


def panel(
    layer: Layer, outline: Outline, leather: Leather, *, depth: float = 26, base: Image.Image | None = None
) -> None:
    """Paint a piece of leather: rounded towards its edges, lighter above, within `base` where given."""
    mask = layer.mask(outline)
    box = mask.getbbox()
    if box is None:
        return
    piece = mask.crop(box)
    if base is not None:
        piece = ImageChops.multiply(piece, base.crop(box))
    framed = Image.new("L", (piece.width + 400, piece.height + 400))
    framed.paste(piece, (200, 200))
    inner = soft(framed, depth * FINE).crop((200, 200, 200 + piece.width, 200 + piece.height))
    ramp = Image.linear_gradient("L").resize(piece.size)
    above = ImageChops.offset(framed, 0, round(depth * FINE * 0.9))
    lit = ImageChops.subtract(framed, soft(above, depth * FINE * 0.8)).crop(
        (200, 200, 200 + piece.width, 200 + piece.height)
    )
    paint = Image.new("RGB", piece.size, shade(leather.colour, -0.62))
    paint.paste(leather.colour, (0, 0), inner.point(lambda v: min(255, int(max(0, v - 70) * 1.55))))
    paint.paste(shade(leather.colour, -0.55), (0, 0), ramp.point(lambda v: int(max(0, v - 90) * 0.72)))
    paint.paste(shade(leather.colour, 0.34 + 0.2 * leather.gloss), (0, 0), lit.point(lambda v: int(v * 0.42)))
    layer.image.paste(paint, box[:2], piece)


def shine(
    layer: Layer, mask: Image.Image, line: Outline, leather: Leather, width: float, strength: float = 1.0
) -> None:
    """Lay a soft long light along a line, inside the mask."""
    reach = width * FINE * 2
    fine = [(x * FINE, y * FINE) for x, y in line]
    left, top = (int(min(p[axis] for p in fine) - reach) for axis in (0, 1))
    right, bottom = (int(max(p[axis] for p in fine) + reach) for axis in (0, 1))
    light = Image.new("L", (right - left, bottom - top))
    near = [(x - left, y - top) for x, y in fine]
    ImageDraw.Draw(light).line(near, fill=255, width=round(width * FINE), joint="curve")
    light = ImageChops.multiply(soft(light, width * FINE * 0.55), mask.crop((left, top, right, bottom)))
    layer.blend(
        light.point(lambda v: int(v * leather.gloss * 0.62 * strength)), (left, top), shade(leather.colour, 0.82)
    )


def seam(layer: Layer, line: Outline, leather: Leather, *, stitched: bool = True) -> None:
    """Draw an edge of leather with its shadow and, beside it, a row of stitches."""
    layer.stroke(line, shade(leather.colour, -0.6), 3.0, 0.8)
    layer.stroke([(x, y + 3.0) for x, y in line], shade(leather.colour, 0.28), 1.6, 0.5)
    if stitched:
        thread = mix(leather.colour, (236, 216, 180), 0.55)
        for at in range(0, len(line) - 1, 2):
            (x, y), (x2, y2) = line[at], line[at + 1]
            layer.stroke([(x, y + 9), (x + (x2 - x) * 0.8, y + 9 + (y2 - y) * 0.8)], thread, 2.0, 0.85)


def sole(layer: Layer, outline: Outline, colour: Colour, *, bands: Sequence[tuple[float, Colour]] = ()) -> None:
    """Paint a sole; `bands` are further lines along it: their height in the picture and colour."""
    mask = layer.mask(outline)
    layer.fill(mask, colour)
    box = mask.getbbox()
    if box is None:
        return
    piece = mask.crop(box)
    ramp = Image.linear_gradient("L").resize(piece.size).point(lambda v: int(v * 0.6))
    layer.image.paste(shade(colour, -0.6), box[:2], ImageChops.multiply(ramp, piece))
    for height, band in bands:
        line = layer.mask()
        ImageDraw.Draw(line).rectangle((box[0], height * FINE, box[2], (height + 3) * FINE), fill=255)
        layer.fill(ImageChops.multiply(line, mask), band, 0.8)


def hole(layer: Layer, outline: Outline, lining: Colour) -> None:
    """Show the dark inside of a shoe behind its edge."""
    mask = layer.mask(outline)
    layer.fill(mask, shade(lining, -0.35))
    box = mask.getbbox()
    if box:
        piece = mask.crop(box)
        ramp = Image.linear_gradient("L").resize(piece.size).point(lambda v: int(v * 0.8))
        layer.image.paste(shade(lining, -0.85), box[:2], ImageChops.multiply(ramp, piece))


def laces(layer: Layer, eyes: Sequence[tuple[Point, Point]], colour: Colour) -> None:
    """Lace a shoe: each pair is a lower and an upper end of one turn."""
    for (x, y), (x2, y2) in eyes:
        layer.stroke([(x, y), (x2, y2)], shade(colour, -0.55), 11)
        layer.stroke([(x, y - 1.5), (x2, y2 - 1.5)], colour, 8)
        layer.stroke([(x, y - 3.5), (x2, y2 - 3.5)], shade(colour, 0.35), 2.4, 0.8)


def bent(*points: Point) -> list[Point]:
    """Shorthand for a closed smooth outline through the points; repeat a point to make a corner."""
    return curve(*points)


def stand(sheet: Image.Image, layer: Layer, *, wide: int = 890, stretch: float = 1.24, ground: int = 880) -> None:
    """Stand the pair on the table: the drawn shoe in front, its fellow behind it, both with their shadows."""
    drawn = layer.cut_out()
    tall = round(drawn.height * wide / drawn.width * stretch)
    left = (EDGE - wide) // 2 + 30
    for share, x, y, dim in ((0.93, left - 62, ground - 66, 0.80), (1.0, left, ground, 1.0)):
        size = (round(wide * share), round(tall * share))
        shoe = drawn.resize(size, Image.Resampling.BOX, reducing_gap=1.0)
        cast(sheet, dots([(x - 12, y - 44, x + size[0] + 46, y + 34)]), radius=30, strength=0.46)
        cast(sheet, dots([(x + 8, y - 15, x + size[0] - 6, y + 11)]), radius=7, strength=0.55)
        colour = shoe.convert("RGB").point(lambda v, dim=dim: int(v * dim)) if dim < 1 else shoe.convert("RGB")
        sheet.paste(colour, (x, y - size[1]), shoe.getchannel("A"))
