"""Low shoes: derby, oxford, loafer, sneaker."""

from __future__ import annotations

from hanmaru.central.demo.pictures.shoe import (
    RUBBER,
    STACKED,
    WHITE_RUBBER,
    Leather,
    bent,
    hole,
    laces,
    panel,
    seam,
    shine,
    sole,
)
from hanmaru.central.demo.pictures.stage import Colour, Layer, Point, curve, shade

_LINING: Colour = (196, 160, 118)

_SOLE = [(198, 734), (390, 742), (500, 752), (620, 764), (800, 768), (1012, 752), (1030, 762), (1016, 782),
         (800, 796), (640, 792), (500, 774), (404, 768), (376, 768), (370, 802), (208, 802)]  # fmt: skip


def _upper(tongue: Point) -> list[Point]:
    x, y = tongue
    return bent(
        (206, 742), (206, 742), (192, 660), (206, 580), (226, 540), (226, 540), (320, 590), (410, 590),
            (x - 40, y + 52),
        (x, y), (x, y), (x + 80, y + 62), (x + 190, (y + 678) / 2 + 24), (830, 652), (930, 684), (1000, 728),
            (1014, 760), (1014, 766),
        (800, 774), (600, 768), (480, 756), (380, 748), (206, 742),
    )  # fmt: skip


def _opening(tongue: Point) -> list[Point]:
    x, y = tongue
    return [
        *curve((226, 540), (320, 524), (420, y + 14), (x, y)),
        *curve((x, y), (x - 40, y + 52), (410, 590), (320, 590), (226, 540)),
    ]


def _walking(layer: Layer, leather: Leather, tongue: Point) -> None:
    """Lay down what all low leather shoes share: sole, opening, upper, shine."""
    sole(layer, _SOLE, RUBBER, bands=((757, shade(STACKED, 0.2)),))
    hole(layer, _opening(tongue), _LINING)
    upper = _upper(tongue)
    panel(layer, upper, leather)
    mask = layer.mask(upper)
    shine(layer, mask, curve((780, 672), (880, 690), (950, 716)), leather, 22)
    shine(layer, mask, curve((226, 600), (218, 660), (224, 716)), leather, 18, 0.7)
    shine(layer, mask, curve((560, 600), (640, 636), (720, 654)), leather, 16, 0.6)


def derby(layer: Layer, leather: Leather) -> None:
    """Open lacing over a plain toe."""
    tongue = (500.0, 486.0)
    _walking(layer, leather, tongue)
    base = layer.mask(_upper(tongue))
    quarter = [*curve((226, 540), (320, 590), (410, 590), (452, 546)), *curve((452, 546), (500, 560), (590, 622),
        (640, 660)),
               *curve((640, 660), (600, 700), (520, 724), (470, 756)), (206, 742), (192, 660)]  # fmt: skip
    panel(layer, quarter, leather, depth=18, base=base)
    seam(layer, curve((640, 660), (606, 698), (530, 724), (474, 754), steps=10), leather)
    seam(layer, curve((330, 596), (340, 660), (330, 742), steps=8), leather)
    laces(
        layer,
        [((512 + 34 * n, 586 + 22 * n), (528 + 37 * n, 524 + 31 * n)) for n in range(4)],
        shade(leather.colour, -0.25),
    )


def oxford(layer: Layer, leather: Leather) -> None:
    """Closed lacing, a cap on the toe with punched holes."""
    tongue = (486.0, 492.0)
    _walking(layer, leather, tongue)
    base = layer.mask(_upper(tongue))
    cap = [*curve((842, 640), (856, 700), (836, 780), steps=8), (1040, 790), (1040, 640)]
    panel(layer, cap, leather, depth=16, base=base)
    shine(layer, base, curve((880, 690), (930, 706), (968, 728)), leather, 20)
    edge = curve((846, 656), (858, 706), (842, 768), steps=10)
    seam(layer, edge, leather)
    for x, y in edge[::2]:
        layer.stroke([(x - 13, y), (x - 13, y + 1)], shade(leather.colour, -0.75), 6)
    seam(layer, curve((470, 560), (560, 640), (640, 668), (600, 716), (520, 756), steps=8), leather)
    seam(layer, curve((300, 588), (330, 660), (310, 744), steps=8), leather)
    laces(
        layer,
        [((500 + 34 * n, 582 + 23 * n), (520 + 36 * n, 526 + 30 * n)) for n in range(4)],
        shade(leather.colour, -0.2),
    )


def loafer(layer: Layer, leather: Leather) -> None:
    """A saddle strap over the instep, an apron sewn round the toe."""
    tongue = (540.0, 540.0)
    _walking(layer, leather, tongue)
    base = layer.mask(_upper(tongue))
    apron = curve((610, 634), (700, 690), (820, 700), (920, 706), (968, 704), steps=10)
    seam(layer, apron, leather)
    strap = [*curve((498, 574), (560, 576), (640, 612)), *curve((690, 640), (640, 690), (590, 764)), (480, 764),
             *curve((480, 764), (520, 680), (498, 574))]  # fmt: skip
    panel(layer, strap, leather, depth=14, base=base)
    shine(layer, base, curve((560, 600), (590, 640), (560, 720)), leather, 16, 0.8)
    seam(layer, curve((498, 584), (522, 676), (486, 762), steps=8), leather)
    seam(layer, curve((676, 640), (640, 690), (594, 764), steps=8), leather)
    layer.stroke(curve((560, 622), (590, 634), (622, 650)), shade(leather.colour, -0.8), 9)
    seam(layer, curve((300, 590), (322, 660), (304, 744), steps=8), leather)


def sneaker(layer: Layer, leather: Leather) -> None:
    """A cup sole of pale rubber, one piece of leather, flat laces."""
    cup = bent((190, 724), (190, 724), (400, 736), (620, 748), (840, 744), (1010, 728), (1034, 744), (1030, 786),
        (1004, 806),
               (800, 812), (600, 810), (400, 808), (214, 806), (194, 786), (190, 724))  # fmt: skip
    tongue = (486.0, 474.0)
    x, y = tongue
    upper = bent((204, 736), (204, 736), (190, 660), (204, 580), (222, 534), (222, 534), (310, 580), (400, 576),
        (x - 36, y + 46),
                 (x, y), (x, y), (580, 540), (680, 602), (800, 640), (910, 664), (990, 700), (1012, 742), (1012, 748),
                 (800, 756), (600, 756), (400, 744), (204, 736))  # fmt: skip
    hole(layer, _opening(tongue), (226, 214, 196))
    panel(layer, upper, leather)
    base = layer.mask(upper)
    shine(layer, base, curve((780, 666), (880, 682), (950, 708)), leather, 24)
    facing = [
        *curve((446, 520), (520, 560), (640, 626), (700, 660)),
        *curve((690, 690), (600, 660), (500, 620), (420, 580)),
    ]
    panel(layer, facing, leather, depth=12, base=base)
    seam(layer, curve((432, 584), (520, 630), (620, 672), (700, 690), steps=10), leather)
    seam(layer, curve((700, 660), (780, 706), (800, 756), steps=8), leather)
    tab = [(200, 540), *curve((214, 536), (262, 556), (250, 640), (196, 646))]
    panel(layer, tab, Leather(shade(leather.colour, -0.3), leather.gloss), depth=10, base=base)
    seam(layer, curve((250, 560), (268, 610), (236, 668), (196, 690), steps=8), leather)
    laces(layer, [((508 + 38 * n, 592 + 22 * n), (524 + 39 * n, 518 + 28 * n)) for n in range(5)], (244, 240, 232))
    sole(layer, cup, WHITE_RUBBER, bands=((762, (206, 198, 186)),))
