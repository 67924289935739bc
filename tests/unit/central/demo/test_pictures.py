"""Every made-up product has a picture of its own."""

import io
from datetime import date

from PIL import Image

from hanmaru.central.catalog.photos import render
from hanmaru.central.demo.house import build
from hanmaru.central.demo.pictures.gallery import GALLERY, draw


def test_every_product_has_a_picture_and_no_picture_lacks_a_product() -> None:
    products = {product.code for company in build(date(2026, 11, 21)).companies for product in company.products}
    assert set(GALLERY) == products


def test_pictures_are_square_differ_and_pass_as_photos() -> None:
    drawn = {
        code: draw(code) for code in ("R-MARU", "R-EMERALD", "E-DROP", "N-MOON", "S-DERBY", "S-BOOT", "M-PLATE-AU")
    }
    assert len(set(drawn.values())) == len(drawn)
    for picture in drawn.values():
        image = Image.open(io.BytesIO(picture))
        assert (image.format, image.size) == ("JPEG", (1200, 1200))
        assert len({image.getpixel((x, 600)) for x in range(0, 1200, 10)}) > 20
        assert set(render(picture).thumbnails) == {96, 320, 960}


def test_the_same_code_gives_the_same_bytes() -> None:
    assert draw("R-RUBY") == draw("R-RUBY")
