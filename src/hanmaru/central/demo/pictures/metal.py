"""Bands of polished metal, rendered: a swept cross-section that mirrors the lights of a studio."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from hanmaru.central.demo.pictures.stage import FINE, Colour, Layer, mix

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Metal:
    """Colours a metal mirrors: its shadow, its body, its light."""

    dark: Colour
    body: Colour
    light: Colour


SILVER = Metal((52, 54, 60), (176, 178, 184), (250, 250, 252))
GOLD_14K = Metal((92, 58, 22), (214, 168, 96), (255, 244, 214))
GOLD_18K = Metal((96, 56, 8), (226, 168, 62), (255, 240, 186))
ROSE = Metal((98, 50, 38), (216, 148, 124), (255, 234, 222))
ANTIQUE = Metal((34, 34, 38), (126, 126, 130), (226, 226, 228))


@dataclass(frozen=True, slots=True)
class Band:
    """A ring: inner radius 1, the band's width and thickness, the shape of its outside, how it is turned.

    `roundness` 2 is an oval section, 6 nearly flat. `twist` winds the section so many times;
    `facets` hammers the outside; `taper` widens the band towards the top (1 doubles it).
    """

    width: float = 0.34
    thickness: float = 0.12
    roundness: float = 3.0
    twist: int = 0
    facets: int = 0
    taper: float = 0.0
    yaw: float = 34.0
    pitch: float = 18.0
    lying: bool = False


@lru_cache(maxsize=16)
def _mirror(metal: Metal) -> tuple[Colour, ...]:
    """256 colours from the metal's shadow to its light."""
    colours = []
    for level in range(256):
        share = level / 255
        if share < 0.55:
            colours.append(mix(metal.dark, metal.body, share / 0.55))
        else:
            colours.append(mix(metal.body, metal.light, (share - 0.55) / 0.45))
    return tuple(colours)


def draw_band(layer: Layer, band: Band, metal: Metal, centre: tuple[float, float], scale: float) -> None:
    """Render the band; `centre` and `scale` (pixels a unit) place it in the picture."""
    pen = ImageDraw.Draw(layer.image)
    mirror = _mirror(metal)
    turn = _turn(band)
    faces = sorted(_faces(band, turn), key=lambda face: face[0])
    for _, corners, level in faces:
        points = [(FINE * (centre[0] + x * scale), FINE * (centre[1] - y * scale)) for x, y in corners]
        pen.polygon(points, fill=(*mirror[level], 255))


def engrave(layer: Layer, band: Band, metal: Metal, centre: tuple[float, float], scale: float, words: str) -> None:
    """Cut words into the outside of a lying band where it faces the viewer, with a lit lower edge."""
    font = ImageFont.load_default(44)
    left, top, right, bottom = font.getbbox(words)
    text = Image.new("1", (int(right - left) + 2, int(bottom - top) + 2))
    ImageDraw.Draw(text).text((-left, -top), words, fill=1, font=font)
    turn = _turn(band)
    high = band.width * 0.5
    step = high / text.height
    pen = ImageDraw.Draw(layer.image)
    pixels = text.load()
    outside = 1 + band.thickness * 1.01
    for shift, colour in ((step * 1.6, metal.light), (0.0, mix(metal.dark, metal.body, 0.12))):
        for row in range(text.height):
            for column in range(text.width):
                if not pixels[column, row]:  # type: ignore[index]
                    continue
                angle = -math.pi / 2 + (column - text.width / 2) * step / outside
                z = high / 2 - row * step - shift
                corners = [
                    turn((outside * math.cos(a), outside * math.sin(a), h))
                    for a, h in (
                        (angle, z), (angle + step / outside, z), (angle + step / outside, z - step),
                            (angle, z - step),
                    )
                ]  # fmt: skip
                pen.polygon(
                    [(FINE * (centre[0] + x * scale), FINE * (centre[1] - y * scale)) for x, y, _ in corners],
                    fill=(*colour, 255),
                )


class _Turn:
    """Turns the band: about its upright by yaw, then towards the viewer by pitch."""

    def __init__(self, yaw: float, pitch: float) -> None:
        self.cos_yaw, self.sin_yaw = math.cos(yaw), math.sin(yaw)
        self.cos_pitch, self.sin_pitch = math.cos(pitch), math.sin(pitch)

    def __call__(self, v: Vector) -> Vector:
        x = v[0] * self.cos_yaw + v[2] * self.sin_yaw
        z = v[2] * self.cos_yaw - v[0] * self.sin_yaw
        return x, v[1] * self.cos_pitch - z * self.sin_pitch, v[1] * self.sin_pitch + z * self.cos_pitch


def _turn(band: Band) -> _Turn:
    """Stand the band up, or lay it down with its axis upright and seen from above."""
    if band.lying:
        return _Turn(0.0, math.radians(-90 + 32))
    return _Turn(math.radians(band.yaw), math.radians(band.pitch))


def _section(band: Band, steps: int) -> list[tuple[float, float, float, float]]:
    """Walk once round the cross-section: (out, along, normal out, normal along), a superellipse."""
    power = 2 / band.roundness
    points = []
    for step in range(steps):
        angle = 2 * math.pi * (step + 0.5) / steps
        c, s = math.cos(angle), math.sin(angle)
        out = math.copysign(abs(c) ** power, c)
        along = math.copysign(abs(s) ** power, s)
        n_out = math.copysign(abs(c) ** (2 - power), c) / band.thickness
        n_along = math.copysign(abs(s) ** (2 - power), s) / band.width
        length = math.hypot(n_out, n_along) or 1.0
        points.append((out, along, n_out / length, n_along / length))
    return points


def _faces(band: Band, turn: _Turn) -> Iterator[tuple[float, list[tuple[float, float]], int]]:
    """Every small face that looks at the viewer: its depth, corners on the picture, and light 0-255."""
    round_steps, section_steps = 300, 26
    section = _section(band, section_steps)
    grid: list[list[tuple[Vector, Vector]]] = []
    for at in range(round_steps):
        angle = 2 * math.pi * at / round_steps
        c, s = math.cos(angle), math.sin(angle)
        wider = 1 + band.taper * max(0.0, s) ** 2
        lean = band.twist * angle
        cos_lean, sin_lean = math.cos(lean), math.sin(lean)
        dent = 0.0
        ring = []
        for out, along, n_out, n_along in section:
            o, a = out * band.thickness / 2, along * band.width / 2 * wider
            no, na = n_out, n_along
            if band.twist:
                o, a = o * cos_lean - a * sin_lean, o * sin_lean + a * cos_lean
                no, na = no * cos_lean - na * sin_lean, no * sin_lean + na * cos_lean
            if band.facets:
                dent = (
                    0.16 * math.sin(angle * band.facets + 1.7 * math.sin(along * 5)) * math.cos(along * 6 + angle * 9)
                )
            radius = 1 + band.thickness / 2 + o
            point = turn((radius * c, radius * s, a))
            na_dent = na + dent * (out > 0)
            tilt = dent * 0.9 * (out > 0)
            normal = turn((no * c - tilt * s, no * s + tilt * c, na_dent))
            ring.append((point, normal))
        grid.append(ring)
    for at in range(round_steps):
        one, two = grid[at], grid[(at + 1) % round_steps]
        for k in range(section_steps):
            m = (k + 1) % section_steps
            normal = one[k][1]
            if normal[2] <= -0.12:
                continue
            corners = (one[k][0], two[k][0], two[m][0], one[m][0])
            depth = sum(p[2] for p in corners)
            yield depth, [(p[0], p[1]) for p in corners], _light(normal, corners[0])


def _light(normal: Vector, at: Vector) -> int:
    """What the surface mirrors: a large soft box above, a strip at the left, a dark floor, a faint rim."""
    nx, ny, nz = normal
    rx, ry, rz = 2 * nz * nx, 2 * nz * ny, 2 * nz * nz - 1
    sky = _bell(ry - 0.62, 0.30) * 0.95
    strip = _bell(rx + 0.72, 0.16) * 0.75
    fill = _bell(rx - 0.60, 0.24) * 0.34 * _rise(ry + 0.5, 0.25)
    floor = 0.25 + 0.16 * _rise(ry + 0.2, 0.35)
    edge = 0.10 * (1 - abs(rz))
    level = floor + sky + strip + fill + edge + 0.05 * at[1]
    return max(0, min(255, int(level * 205)))


def _rise(x: float, wide: float) -> float:
    return 1 / (1 + math.exp(-4 * x / wide))


def _bell(x: float, wide: float) -> float:
    return math.exp(-(x * x) / (wide * wide))
