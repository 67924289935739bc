"""Photos handed in: each is made safe to show, or refused with a sentence."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw

from hanmaru.central.catalog import photos
from hanmaru.central.catalog.photos import PhotoRefused, render

ORIENTATION, GPS = 0x0112, 0x8825


def picture(mode: str = "RGB", size: tuple[int, int] = (400, 300)) -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, "blue")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2 - 1, size[1]), fill="red")
    return image.convert(mode)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=("WEBP",))


def colour(image: Image.Image, x: float, y: float) -> str:
    red, green, blue = image.convert("RGB").getpixel((int(image.width * x), int(image.height * y)))  # type: ignore[misc]
    if red > 150 and blue < 110:
        return "red"
    return "blue" if blue > 110 and red < 110 else f"{red},{green},{blue}"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF", "BMP"])
def test_a_still_picture_becomes_webp_with_thumbnails(kind: str) -> None:
    photo = render(encoded(picture(size=(1200, 900)), kind))
    assert (photo.master.width, photo.master.height) == (1200, 900)
    assert {edge: (t.width, t.height) for edge, t in photo.thumbnails.items()} == {
        96: (96, 72), 320: (320, 240), 960: (960, 720),
    }  # fmt: skip
    for rendition in (photo.master, *photo.thumbnails.values()):
        image = opened(rendition.data)
        assert (image.format, image.size) == ("WEBP", (rendition.width, rendition.height))
        assert (colour(image, 0.25, 0.5), colour(image, 0.75, 0.5)) == ("red", "blue")


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "RGBA", "I;16"])
def test_other_colour_modes_are_accepted(mode: str) -> None:
    image = Image.new("I;16", (64, 64), 65_535) if mode == "I;16" else Image.new("L", (64, 64), 255).convert(mode)
    shown = opened(render(encoded(image)).master.data).convert("L")
    assert shown.getextrema()[0] > 245  # type: ignore[operator]


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    shown = opened(render(encoded(Image.new("I;16", (64, 64), 32_768))).master.data)
    assert 120 <= shown.convert("L").getpixel((32, 32)) <= 136  # type: ignore[operator]


def test_a_cmyk_jpeg_keeps_its_colours() -> None:
    shown = opened(render(encoded(picture("CMYK"), "JPEG", quality=95)).master.data)
    assert (colour(shown, 0.25, 0.5), colour(shown, 0.75, 0.5)) == ("red", "blue")


def test_transparency_becomes_white() -> None:
    shown = opened(render(encoded(Image.new("RGBA", (64, 64), (255, 0, 0, 0)))).master.data)
    assert min(shown.convert("RGB").getpixel((32, 32))) > 245  # type: ignore[type-var, arg-type]


@pytest.mark.parametrize("scale", [1, 9])
def test_it_is_turned_upright_and_place_and_device_are_gone(scale: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x0110] = "SECRET-PHONE"
    exif.get_ifd(GPS)[2] = (37.0, 32.0, 40.0)
    original = picture(size=(400 * scale, 300 * scale))
    photo = render(encoded(original, "JPEG", exif=exif, comment=b"SECRET-COMMENT", quality=95))
    shown = opened(photo.master.data)
    assert shown.size == ((300, 400) if scale == 1 else (1800, 2400))
    assert (colour(shown, 0.5, 0.25), colour(shown, 0.5, 0.75)) == ("red", "blue")
    for rendition in (photo.master, *photo.thumbnails.values()):
        assert b"SECRET" not in rendition.data
        image = opened(rendition.data)
        assert not image.getexif()
        assert not {"exif", "icc_profile", "xmp"} & set(image.info)


def test_a_wide_colour_profile_is_converted_and_dropped() -> None:
    grey_profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = render(encoded(picture(), "JPEG", icc_profile=grey_profile))
    assert "icc_profile" not in opened(photo.master.data).info
    assert render(encoded(picture(), "JPEG", icc_profile=b"broken")).master.width == 400


def test_a_phone_picture_in_several_parts_gives_its_main_part() -> None:
    out = io.BytesIO()
    picture().save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (400, 300), "green")], quality=95)
    assert colour(opened(render(out.getvalue()).master.data), 0.25, 0.5) == "red"


def test_a_twenty_megabyte_phone_photo_works() -> None:
    noise = Image.frombytes("RGB", (1000, 750), random.Random(1).randbytes(1000 * 750 * 3))  # noqa: S311 - noise
    data = encoded(noise.resize((8000, 6000)), "JPEG", quality=97)
    data += bytes(20 * 1024 * 1024 - len(data)) if len(data) < 20 * 1024 * 1024 else b""
    photo = render(io.BytesIO(data))
    assert (photo.master.width, photo.master.height) == (2400, 1800)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_claiming(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def animated(kind: str) -> bytes:
    return encoded(picture(), kind, save_all=True, append_images=[Image.new("RGB", (400, 300), "green")], duration=99)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "photo.empty"),
        (b"MZ\x90\x00" + bytes(500), "photo.not_a_picture"),
        (b"\x7fELF" + bytes(500), "photo.not_a_picture"),
        (b"%PDF-1.7\n" + bytes(500), "photo.not_a_picture"),
        (b"PK\x03\x04" + bytes(500), "photo.not_a_picture"),
        (bytes(4) + b"ftypisom" + bytes(500), "photo.not_a_picture"),
        (SVG, "photo.not_a_picture"),
        (b"<!DOCTYPE html><script>1</script>", "photo.not_a_picture"),
        (b"just words", "photo.refused"),
        (encoded(picture(), "JPEG")[:2000], "photo.damaged"),
        (encoded(picture(), "PNG")[:120], "photo.damaged"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "photo.damaged"),
        (png_claiming(11_000, 11_000), "photo.too_many_pixels"),
        (png_claiming(60_000, 60_000), "photo.too_many_pixels"),
        (png_claiming(2_000_000_000, 2_000_000_000), "photo.too_many_pixels"),
        (png_claiming(400, 400), "photo.damaged"),
        (encoded(picture(size=(31, 400))), "photo.too_small"),
        (animated("GIF"), "photo.animated"),
        (animated("WEBP"), "photo.animated"),
        (animated("PNG"), "photo.animated"),
    ],
)
def test_what_is_no_photo_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    with pytest.raises(PhotoRefused) as refusal:
        render(data)
    assert refusal.value.code == code
    sentence = str(refusal.value)
    assert sentence.endswith((".", "다", "요"))
    assert "%(" not in sentence


def test_too_many_bytes_are_refused_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "huge.jpg"
    with path.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    with path.open("rb") as file:
        read = file.read
        file_like = _Unread(file)
        with pytest.raises(PhotoRefused) as refusal:
            render(file_like)
        assert read(1) == b"\0"
    assert (refusal.value.code, refusal.value.status) == ("photo.too_large", 413)


class _Unread(io.BufferedReader):
    def __init__(self, file: io.BufferedReader) -> None:
        super().__init__(file.raw)

    def read(self, *_: object) -> bytes:
        raise AssertionError


def test_a_picture_that_is_also_a_web_page_loses_the_page() -> None:
    page = b"<html><script>alert('SECRET')</script></html>"
    photo = render(encoded(picture(), "JPEG", comment=page) + page)
    assert b"SECRET" not in photo.master.data
    assert b"<script" not in photo.master.data
    assert all(b"<script" not in thumbnail.data for thumbnail in photo.thumbnails.values())


def test_limits_are_those_promised() -> None:
    assert photos.MAX_BYTES == 40 * 1024 * 1024
    assert photos.MAX_PIXELS == 120_000_000


@settings(max_examples=150)
@given(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]), st.integers(0, 2**32), st.data())
def test_broken_bytes_are_refused_or_shown_never_a_crash(kind: str, seed: int, data: st.DataObject) -> None:
    whole = bytearray(encoded(picture(size=(64, 48)), kind))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = seed % 256
        seed //= 3
    try:
        photo = render(bytes(whole))
    except PhotoRefused:
        pass
    else:
        assert photo.master.width > 0
