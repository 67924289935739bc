"""The picture of every made-up product, by product code."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from PIL import Image

from hanmaru.central.demo.pictures import gems, goods, jewels, low_shoes, metal, other_shoes, shoe
from hanmaru.central.demo.pictures.metal import Band
from hanmaru.central.demo.pictures.shoe import Leather
from hanmaru.central.demo.pictures.stage import (
    BLUSH,
    CLAY,
    LINEN,
    MIST,
    SAGE,
    SAND,
    STONE,
    Backdrop,
    Layer,
    backdrop,
)

QUALITY = 88

_THIN = Band(width=0.09, thickness=0.07, roundness=2, lying=True)
_FLAT = Band(width=0.46, roundness=6, lying=True)
_HAMMERED = Band(width=0.5, roundness=4.5, facets=23, lying=True)
_TWISTED = Band(width=0.26, thickness=0.22, roundness=2.2, twist=7, lying=True)
_BANGLE = Band(width=0.16, thickness=0.09, roundness=3, lying=True)
_SLIM = Band(width=0.13, thickness=0.1, roundness=2)
_ROUND = Band(width=0.2, roundness=2.4)
_BROAD = Band(width=0.3, roundness=3, taper=-0.3)
_DROP = gems.Gem(gems.TOPAZ.colour, corners=12, stretch=1.35)


def _pair(draw: Callable[[Layer, Leather], None], leather: Leather, look: Backdrop) -> Callable[[], Image.Image]:
    def picture() -> Image.Image:
        sheet, layer = backdrop(look), Layer()
        draw(layer, leather)
        shoe.stand(sheet, layer)
        return sheet

    return picture


GALLERY: Mapping[str, Callable[[], Image.Image]] = {
    "R-MARU": lambda: jewels.lying(LINEN, [(_FLAT, metal.SILVER, (600, 600), 330, "HANMARU 2026")]),
    "R-SOLITAIRE": lambda: jewels.standing(SAND, _ROUND, metal.GOLD_18K, gems.DIAMOND, 76),
    "R-SAPPHIRE": lambda: jewels.standing(MIST, _ROUND, metal.SILVER, gems.SAPPHIRE, 82),
    "R-EMERALD": lambda: jewels.standing(SAGE, _ROUND, metal.GOLD_14K, gems.EMERALD, 70),
    "R-TWIST": lambda: jewels.lying(STONE, [(_TWISTED, metal.SILVER, (600, 610), 340, "")]),
    "R-HAMMER": lambda: jewels.lying(CLAY, [(_HAMMERED, metal.GOLD_18K, (600, 600), 330, "")]),
    "R-PEARL": lambda: jewels.standing(BLUSH, _SLIM, metal.GOLD_14K, gems.PEARL, 70),
    "R-MOON": lambda: jewels.standing(STONE, _ROUND, metal.SILVER, gems.MOONSTONE, 78),
    "R-RUBY": lambda: jewels.standing(LINEN, _BROAD, metal.GOLD_18K, gems.RUBY, 76),
    "R-THIN": lambda: jewels.lying(
        BLUSH,
        [
            (_THIN, metal.GOLD_18K, (500, 500), 290, ""),
            (_THIN, metal.ROSE, (690, 560), 290, ""),
            (_THIN, metal.SILVER, (560, 690), 290, ""),
        ],
    ),
    "R-PAIR": lambda: jewels.lying(
        SAND,
        [
            (Band(width=0.34, roundness=3.4, lying=True), metal.GOLD_14K, (470, 500), 270, ""),
            (Band(width=0.40, roundness=3.4, lying=True), metal.SILVER, (700, 690), 290, "2026.11.21"),
        ],
    ),
    "R-AMETHYST": lambda: jewels.standing(LINEN, _ROUND, metal.ROSE, gems.AMETHYST, 78),
    "E-DROP": lambda: jewels.dangling(MIST, metal.SILVER, _DROP),
    "E-PEARL": lambda: jewels.studs(BLUSH, metal.GOLD_14K, gems.PEARL),
    "E-HOOP": lambda: jewels.hoops(SAND, metal.GOLD_18K),
    "N-MOON": lambda: jewels.pendant(STONE, metal.GOLD_14K, None),
    "N-STONE": lambda: jewels.pendant(LINEN, metal.SILVER, gems.PERIDOT),
    "N-PEARL": lambda: jewels.strand(CLAY, metal.SILVER, gems.PEARL),
    "B-BANGLE": lambda: jewels.lying(SAGE, [(_BANGLE, metal.SILVER, (600, 590), 420, "")]),
    "S-DERBY": _pair(low_shoes.derby, shoe.BROWN, LINEN),
    "S-OXFORD": _pair(low_shoes.oxford, shoe.BLACK, STONE),
    "S-LOAFER": _pair(low_shoes.loafer, shoe.WINE, BLUSH),
    "S-CHELSEA": _pair(other_shoes.chelsea, shoe.BROWN, SAND),
    "S-BOOT": _pair(other_shoes.work_boot, shoe.TAN, STONE),
    "S-SNEAKER": _pair(low_shoes.sneaker, shoe.IVORY, SAGE),
    "S-PUMP": _pair(other_shoes.pump, shoe.WINE, LINEN),
    "S-MARYJANE": _pair(other_shoes.mary_jane, shoe.BLACK, CLAY),
    "S-MULE": _pair(other_shoes.mule, shoe.IVORY, CLAY),
    "S-SANDAL": _pair(other_shoes.sandal, shoe.TAN, LINEN),
    "M-PLATE-AU": lambda: goods.bottle(SAND, (186, 128, 44), ("Au", "GOLD PLATING", "1 L")),
    "M-PLATE-AG": lambda: goods.bottle(MIST, (150, 160, 168), ("Ag", "SILVER PLATING", "1 L")),
    "M-POLISH": lambda: goods.cloth(SAGE, (150, 164, 148)),
    "M-CASE": lambda: goods.ring_case(BLUSH, (96, 40, 46)),
    "M-SHOEBOX": lambda: goods.shoe_box(LINEN, (176, 132, 92)),
    "M-LACE": lambda: goods.lace_bundle(STONE, (112, 74, 46)),
    "L-CALF": lambda: goods.hides(LINEN, goods.CALF),
    "L-SOLE": lambda: goods.slabs(SAGE, Leather((196, 146, 96), 0.3)),
    "L-WALLET": lambda: goods.wallet(BLUSH, shoe.WINE),
    "L-BELT": lambda: goods.belt(STONE, shoe.BROWN),
    "L-CARD": lambda: goods.wallet(LINEN, shoe.NAVY, card=True),
    "M-THREAD": lambda: goods.spools(SAND, ((52, 74, 120), (222, 176, 72), (62, 60, 62))),
}


def draw(product: str) -> bytes:
    """Draw the product's picture, 1200 x 1200 px, as JPEG. The same code always gives the same bytes."""
    out = io.BytesIO()
    GALLERY[product]().save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
