"""Photos people hand in, made safe to show: decoded, turned upright, stripped and encoded anew.

Nothing of the original bytes is kept. What is shown later was written by us, so a file that is a
picture and also something else (HTML, a script, an archive) loses the other half, and place and
device (EXIF, GPS, XMP, ICC) are gone. Colours are converted to sRGB.

Peak memory measured (process, 32 MB before): 12 and 48 megapixel JPEG 195 MB, 108 megapixel JPEG
255 MB, 48 megapixel HEIC 390 MB. A PNG is decoded whole: at most 4 bytes a pixel of `MAX_PIXELS`.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from hanmaru.kernel.errors import Invalid

MAX_BYTES = 40 * 1024 * 1024
MAX_PIXELS = 120_000_000
MIN_EDGE = 32
"""A picture smaller than this in either direction shows nothing."""
MASTER_EDGE = 2400
THUMBNAIL_EDGES = (96, 320, 960)
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF", "BMP")
QUALITY = 84

_DECODER_ERRORS = (
    OSError, SyntaxError, ValueError, TypeError, EOFError, RuntimeError, LookupError, ArithmeticError,
    struct.error, zlib.error,
)  # fmt: skip
"""What decoders raise on broken data: it differs by format and is documented for none of them."""

register_heif_opener()


class PhotoRefused(Invalid):
    """A file that does not become a photo. The sentence says what it is and what to hand in instead."""

    code = "photo.refused"
    message: object = _("This file cannot be used as a photo. Choose a JPEG, PNG, WebP or HEIC picture.")


class PhotoEmpty(PhotoRefused):
    """No bytes at all."""

    code = "photo.empty"
    message = _("The photo file is empty. Choose the photo again.")


class PhotoTooLarge(PhotoRefused):
    """More bytes than `MAX_BYTES`; refused before reading."""

    code = "photo.too_large"
    status = 413
    message = _("The photo file is larger than %(limit)s MB. Send it in a smaller size from your phone.")


class PhotoTooManyPixels(PhotoRefused):
    """More pixels than `MAX_PIXELS`; refused before decoding, so that a decompression bomb costs nothing."""

    code = "photo.too_many_pixels"
    status = 413
    message = _("The photo has more than %(limit)s million pixels. Make it smaller first.")


class PhotoTooSmall(PhotoRefused):
    """Fewer than `MIN_EDGE` pixels in one direction."""

    code = "photo.too_small"
    message = _("The photo has only %(width)s × %(height)s pixels. At least %(limit)s on each side are needed.")


class PhotoNotAPicture(PhotoRefused):
    """Something else under a picture's name."""

    code = "photo.not_a_picture"
    message = _("This file is not a photo but %(what)s. Choose a JPEG, PNG, WebP or HEIC picture.")


class PhotoAnimated(PhotoRefused):
    """A moving picture: which of its frames shows the product, only a person knows."""

    code = "photo.animated"
    message = _("This is a moving picture. Choose a still photo.")


class PhotoDamaged(PhotoRefused):
    """It begins like a picture and cannot be decoded to the end."""

    code = "photo.damaged"
    message = _("The photo is damaged or was not sent to the end. Send it again from where it was taken.")


@dataclass(frozen=True, slots=True)
class Rendition:
    """A WebP picture: its bytes and its size in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Photo:
    """The master (longer edge at most `MASTER_EDGE`) and the thumbnails by the longest edge they may have."""

    master: Rendition
    thumbnails: dict[int, Rendition]


_SIGNATURES: tuple[tuple[bytes, object], ...] = (
    (b"MZ", _("a program")),
    (b"\x7fELF", _("a program")),
    (b"#!", _("a program")),
    (b"%PDF", _("a PDF document")),
    (b"PK\x03\x04", _("an archive or office document")),
    (b"Rar!", _("an archive or office document")),
    (b"\x1f\x8b", _("an archive or office document")),
    (b"\xd0\xcf\x11\xe0", _("an archive or office document")),
    (b"II*\x00", _("a TIFF or raw camera picture")),
    (b"MM\x00*", _("a TIFF or raw camera picture")),
    (b"8BPS", _("a Photoshop file")),
)
_MARKUP: tuple[tuple[bytes, object], ...] = (
    (b"<svg", _("a drawing (SVG)")),
    (b"<html", _("a web page")),
    (b"<!doctype", _("a web page")),
    (b"<script", _("a web page")),
)


def render(source: bytes | BinaryIO) -> Photo:
    """Check what was handed in by decoding it, and encode master and thumbnails anew.

    `source` is the whole file or a seekable binary file. Raises a `PhotoRefused`. CMYK, 16-bit,
    grey and transparent pictures are accepted (transparency becomes white); of a phone's picture
    with several parts (MPO, HEIC) the main one is taken.
    """
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    _check_bytes(file)
    with _decoding(file), Image.open(file, formats=FORMATS) as image:
        _check_header(image)
        master = _master(image)
    thumbnails: dict[int, Rendition] = {}
    smaller = master
    for edge in sorted(THUMBNAIL_EDGES, reverse=True):
        smaller = _fit(smaller, edge)
        thumbnails[edge] = _encode(smaller)
    return Photo(_encode(master), dict(sorted(thumbnails.items())))


def _check_bytes(file: BinaryIO) -> None:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size == 0:
        raise PhotoEmpty
    if size > MAX_BYTES:
        raise PhotoTooLarge(limit=MAX_BYTES // 1024 // 1024, bytes=size)


@contextmanager
def _decoding(file: BinaryIO) -> Iterator[None]:
    """Turn whatever a decoder raises into a refusal; our own limit stands in for Pillow's."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield
    except PhotoRefused:
        raise
    except Image.DecompressionBombError as error:
        raise PhotoTooManyPixels(limit=MAX_PIXELS // 1_000_000) from error
    except UnidentifiedImageError as error:
        raise _stranger(file) from error
    except _DECODER_ERRORS as error:
        raise PhotoDamaged from error


def _stranger(file: BinaryIO) -> PhotoRefused:
    """Name what the file is instead of a picture, as far as its first bytes tell."""
    file.seek(0)
    head = file.read(1024)
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            return PhotoNotAPicture(what=what)
    if head[4:8] == b"ftyp":
        return PhotoNotAPicture(what=_("a video"))
    lowered = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if lowered.startswith(b"<"):
        for signature, what in _MARKUP:
            if signature in lowered:
                return PhotoNotAPicture(what=what)
    if head.startswith((b"\xff\xd8", b"\x89PNG", b"GIF8")):
        return PhotoDamaged()
    return PhotoRefused()


def _check_header(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PhotoTooManyPixels(width=width, height=height, limit=MAX_PIXELS // 1_000_000)
    if min(width, height) < MIN_EDGE:
        raise PhotoTooSmall(width=width, height=height, limit=MIN_EDGE)
    if image.format in {"GIF", "PNG", "WEBP", "AVIF"} and getattr(image, "n_frames", 1) > 1:
        raise PhotoAnimated


def _master(image: Image.Image) -> Image.Image:
    """Decode, scale, turn upright and convert to sRGB, in the order that needs least memory.

    A JPEG is decoded at a half, quarter or eighth of its size where that is still large enough.
    """
    profile = image.info.get("icc_profile")
    if image.format in {"JPEG", "MPO"}:
        image.draft(None, (MASTER_EDGE, MASTER_EDGE))
    image.load()
    upright = ImageOps.exif_transpose(_fit(_eight_bit(image), MASTER_EDGE))
    return _srgb(upright, profile)


def _eight_bit(image: Image.Image) -> Image.Image:
    """Bring 16-bit grey, palettes and one-bit pictures to eight bits a channel; leave RGB(A), L, LA and CMYK."""
    if image.mode.startswith("I") or image.mode == "F":
        # 16-bit grey: Pillow clips it when converting, so it is scaled first.
        grey = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        grey.info = image.info
        return grey
    if image.mode in {"RGB", "RGBA", "L", "LA", "CMYK"}:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _fit(image: Image.Image, edge: int) -> Image.Image:
    """Scale down so that the longer side has at most `edge` pixels; never up."""
    scale = edge / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    scaled = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    scaled.info = image.info
    return scaled


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert to sRGB by the embedded profile where it can be read, and lay transparency on white."""
    if image.mode in {"LA", "RGBA"}:
        sheet = Image.new("RGBA", image.size, "white")
        sheet.alpha_composite(image.convert("RGBA"))
        image = sheet.convert("RGB")
    if profile and image.mode in {"RGB", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            converted = None  # a broken profile is no reason to refuse the picture
        if converted is not None:
            return converted
    return image.convert("RGB")


def _encode(image: Image.Image) -> Rendition:
    out = io.BytesIO()
    # A fresh image carries no metadata of the original into the encoder.
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    bare.save(out, "WEBP", quality=QUALITY, method=4)
    return Rendition(out.getvalue(), image.width, image.height)
