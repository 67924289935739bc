"""Boots, pumps, mary janes, mules and sandals."""

from __future__ import annotations

from hanmaru.central.demo.pictures.gems import bead
from hanmaru.central.demo.pictures.shoe import (
    CREPE,
    ELASTIC,
    RUBBER,
    STACKED,
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

_LINING: Colour = (190, 152, 112)
_BRASS: Colour = (206, 170, 100)
_BOOT_SOLE = [(226, 772), (400, 778), (520, 786), (640, 796), (820, 800), (1010, 788), (1026, 798), (1010, 818),
              (820, 828), (650, 824), (530, 808), (430, 802), (404, 802), (398, 842), (236, 842)]  # fmt: skip


def _boot(layer: Layer, leather: Leather, top: float) -> list[Point]:
    """Lay down the upper of an ankle boot whose shaft ends at `top`; return its outline."""
    hole(
        layer,
        bent((236, top), (236, top), (330, top - 16), (470, top - 4), (470, top - 4), (360, top + 18), (236, top)),
        _LINING,
    )
    upper = bent(
        (232, 778), (232, 778), (218, 700), (232, 600), (240, 480), (236, top), (236, top), (350, top + 20),
            (470, top - 4),
        (470, top - 4), (480, 480), (510, 570), (600, 636), (720, 680), (860, 700), (960, 732), (1010, 776),
            (1010, 796),
        (820, 806), (620, 800), (500, 790), (400, 784), (232, 778),
    )  # fmt: skip
    panel(layer, upper, leather, depth=30)
    mask = layer.mask(upper)
    shine(layer, mask, curve((790, 708), (880, 724), (950, 752)), leather, 22)
    shine(layer, mask, curve((262, top + 60), (268, 560), (250, 680)), leather, 22, 0.7)
    shine(layer, mask, curve((470, 500), (500, 590), (580, 648)), leather, 16, 0.6)
    return upper


def chelsea(layer: Layer, leather: Leather) -> None:
    """An ankle boot with elastic at the side and a loop behind."""
    sole(layer, _BOOT_SOLE, RUBBER, bands=((790, shade(STACKED, 0.25)),))
    top = 352.0
    layer.stroke(
        curve((226, top + 50), (206, top - 6), (214, top - 44), (240, top - 6)), shade(leather.colour, -0.3), 13
    )
    upper = _boot(layer, leather, top)
    base = layer.mask(upper)
    elastic = [
        *curve((316, top + 16), (326, 480), (356, 590), (378, 604)),
        *curve((378, 604), (404, 590), (420, 470), (412, top + 8)),
    ]
    panel(layer, elastic, Leather(ELASTIC, 0.1), depth=14, base=base)
    for n in range(9):
        x = 326 + n * 10.5
        layer.stroke([(x, top + 24), (352 + n * 5, 560 if 0 < n < 8 else 470)], shade(ELASTIC, 0.22), 1.8, 0.6)
    seam(layer, curve((310, top + 18), (320, 480), (350, 596), (378, 612), steps=8), leather)
    seam(layer, curve((378, 612), (412, 594), (428, 470), (418, top + 8), steps=8), leather)
    seam(layer, curve((378, 612), (480, 680), (540, 792), steps=8), leather)


def work_boot(layer: Layer, leather: Leather) -> None:
    """A laced boot on a thick wedge of crepe."""
    wedge = bent((214, 768), (214, 768), (420, 780), (640, 796), (850, 798), (1010, 784), (1034, 796),
        (1030, 836), (1000, 850),
                 (700, 852), (400, 852), (226, 850), (210, 830), (214, 768))  # fmt: skip
    sole(layer, wedge, CREPE, bands=((806, shade(CREPE, -0.3)), (812, shade(CREPE, 0.3))))
    upper = _boot(layer, leather, 380)
    base = layer.mask(upper)
    quarter = [
        (220, 372),
        *curve((440, 384), (452, 500), (500, 600), (600, 668)),
        *curve((600, 668), (580, 730), (560, 800)),
        (220, 800),
    ]
    panel(layer, quarter, leather, depth=22, base=base)
    shine(layer, base, curve((262, 450), (268, 560), (250, 680)), leather, 22, 0.7)
    seam(layer, curve((600, 668), (582, 730), (562, 796), steps=8), leather)
    seam(layer, curve((436, 390), (448, 500), (494, 600), (592, 666), steps=10), leather)
    seam(layer, curve((232, 640), (330, 650), (360, 790), steps=8), leather)
    for x, y in ((424, 418), (428, 462), (434, 506), (450, 550), (474, 590), (510, 626)):
        bead(layer, _BRASS, (x, y), 8)
    laces(layer, [((426, 418), (486, 404)), ((430, 462), (492, 446)), ((436, 506), (498, 490)), ((452, 550),
        (514, 530)),
                  ((478, 590), (546, 570)), ((514, 626), (586, 606))], (120, 84, 52))  # fmt: skip


def pump(layer: Layer, leather: Leather) -> None:
    """A pointed court shoe on a slender heel."""
    heel = bent((226, 664), (226, 664), (236, 740), (262, 842), (262, 842), (296, 842), (296, 842), (302, 760),
        (356, 690), (356, 690),
                (226, 664))  # fmt: skip
    panel(layer, heel, leather, depth=14)
    sole(layer, bent((226, 664), (226, 664), (360, 690), (520, 764), (660, 828), (820, 842), (1036, 838),
        (1036, 838), (820, 850), (650, 842),
                     (500, 784), (340, 704), (226, 664)), (86, 62, 48))  # fmt: skip
    hole(
        layer,
        bent(
            (222, 556),
            (222, 556),
            (400, 606),
            (560, 690),
            (700, 716),
            (700, 716),
            (660, 760),
            (560, 770),
            (400, 712),
            (240, 630),
            (222, 556),
        ),
        (214, 184, 156),
    )
    upper = bent((226, 668), (226, 668), (208, 610), (220, 556), (220, 556), (300, 620), (440, 696), (580, 742),
        (700, 716), (700, 716), (800, 742),
                 (944, 786), (1016, 814), (1042, 838), (1020, 844), (820, 846), (650, 836), (500, 768), (350, 696),
                     (226, 668))  # fmt: skip
    panel(layer, upper, leather, depth=20)
    mask = layer.mask(upper)
    shine(layer, mask, curve((740, 752), (840, 782), (940, 812)), leather, 20)
    shine(layer, mask, curve((232, 590), (240, 640), (330, 680)), leather, 12, 0.7)
    shine(layer, layer.mask(heel), [(250, 700), (272, 830)], leather, 10, 0.8)


def mary_jane(layer: Layer, leather: Leather) -> None:
    """A low shoe with a strap and a buckle on a block heel."""
    heel = [(210, 730), (364, 742), (352, 812), (222, 812)]
    panel(layer, heel, leather, depth=10)
    sole(layer, bent((206, 726), (206, 726), (380, 744), (560, 784), (760, 800), (980, 790), (1010, 796),
        (980, 806), (760, 812), (550, 798),
                     (370, 756), (206, 726)), (70, 52, 42))  # fmt: skip
    hole(
        layer,
        bent(
            (216, 560),
            (216, 560),
            (420, 600),
            (640, 650),
            (720, 672),
            (720, 672),
            (640, 730),
            (440, 730),
            (280, 670),
            (216, 560),
        ),
        (216, 186, 160),
    )
    far = [
        *curve((500, 566), (560, 560), (612, 612), (630, 690)),
        *curve((596, 700), (580, 630), (546, 598), (500, 604)),
    ]
    panel(layer, far, Leather(shade(leather.colour, -0.35), leather.gloss), depth=8)
    upper = bent((206, 732), (206, 732), (190, 650), (214, 560), (214, 560), (300, 650), (440, 704), (600, 708),
        (720, 672), (720, 672), (860, 690),
                 (960, 736), (1004, 790), (990, 796), (760, 804), (560, 788), (380, 748), (206, 732))  # fmt: skip
    panel(layer, upper, leather, depth=22)
    mask = layer.mask(upper)
    shine(layer, mask, curve((790, 704), (880, 724), (950, 764)), leather, 22)
    shine(layer, mask, curve((214, 610), (212, 660), (226, 712)), leather, 16, 0.7)
    strap = [
        *curve((418, 740), (420, 650), (450, 584), (500, 562), (540, 560)),
        *curve((540, 604), (500, 612), (474, 650), (466, 744)),
    ]
    panel(layer, strap, leather, depth=8)
    seam(layer, curve((426, 730), (430, 650), (460, 592), (530, 566), steps=9), leather)
    edge = [(408, 652), (478, 646), (484, 694), (414, 700), (408, 652)]
    layer.stroke(edge, shade(_BRASS, -0.35), 10)
    layer.stroke([(x - 1, y - 1.5) for x, y in edge], _BRASS, 6.5)


def mule(layer: Layer, leather: Leather) -> None:
    """Open behind, closed in front, on a low stack."""
    sole(layer, bent((206, 730), (206, 730), (420, 744), (620, 768), (820, 776), (1000, 768), (1024, 780),
        (1000, 800), (800, 810), (600, 804),
                     (420, 786), (376, 786), (370, 816), (222, 816), (212, 770),
                         (206, 730)), STACKED, bands=((752, shade(STACKED, 0.3)),))  # fmt: skip
    foot_bed = bent(
        (210, 726), (210, 726), (330, 716), (470, 700), (620, 706), (620, 706), (560, 766), (420, 748), (210, 734)
    )
    panel(layer, foot_bed, Leather((214, 178, 136), 0.2), depth=10)
    upper = bent((430, 752), (430, 752), (480, 660), (540, 560), (580, 540), (580, 540), (680, 584), (800, 640),
        (920, 684), (1000, 738), (1012, 772),
                 (1012, 774), (800, 782), (620, 774), (430, 752))  # fmt: skip
    panel(layer, upper, leather, depth=28)
    mask = layer.mask(upper)
    shine(layer, mask, curve((740, 644), (850, 684), (940, 722)), leather, 24)
    shine(layer, mask, curve((560, 600), (530, 660), (500, 730)), leather, 18, 0.6)
    seam(layer, curve((452, 752), (502, 660), (560, 574), (600, 560), steps=9), leather)
    seam(layer, curve((600, 640), (720, 690), (860, 714), (960, 724), steps=10), leather)


def sandal(layer: Layer, leather: Leather) -> None:
    """Two wide straps and one behind the heel, on cork."""
    cork: Colour = (196, 154, 104)
    bed = bent((196, 742), (196, 742), (420, 728), (640, 764), (840, 768), (1010, 744), (1034, 760), (1024, 792),
        (840, 812), (600, 812), (380, 812),
               (212, 812), (196, 790), (196, 742))  # fmt: skip
    sole(layer, bed, cork, bands=((790, RUBBER), (794, RUBBER), (798, RUBBER)))
    panel(layer, bent((200, 740), (200, 740), (420, 724), (640, 758), (840, 762), (1012, 742), (1012, 742),
        (840, 776), (620, 776), (420, 746), (200, 750)),
          Leather((222, 190, 150), 0.2), depth=6)  # fmt: skip
    inside = Leather(shade(leather.colour, -0.42), leather.gloss)
    panel(
        layer,
        bent((520, 600), (520, 600), (590, 576), (650, 640), (690, 752), (690, 752), (640, 760), (520, 600)),
        inside,
        depth=10,
    )
    panel(
        layer,
        bent((820, 664), (820, 664), (880, 646), (940, 690), (974, 750), (974, 750), (920, 756), (820, 664)),
        inside,
        depth=10,
    )
    for outline, light in (
        (bent((404, 742), (404, 742), (440, 640), (500, 580), (560, 562), (600, 570), (600, 570), (560, 640),
            (548, 762), (548, 762), (404, 742)),
         curve((456, 680), (500, 610), (556, 584))),
        (bent((730, 776), (730, 776), (752, 700), (800, 652), (850, 640), (884, 648), (884, 648), (862, 690),
            (860, 778), (860, 778), (730, 776)),
         curve((770, 716), (804, 674), (850, 660))),
        (bent((204, 744), (204, 744), (196, 640), (216, 560), (216, 560), (250, 556), (250, 556), (244, 640),
            (262, 738), (262, 738), (204, 744)),
         curve((222, 580), (218, 640), (226, 720))),
        (bent((232, 604), (232, 604), (340, 592), (486, 596), (486, 596), (462, 636), (462, 636), (340, 634),
            (236, 646), (232, 604)),
         curve((260, 614), (340, 606), (450, 608))),
    ):  # fmt: skip
        panel(layer, outline, leather, depth=14)
        shine(layer, layer.mask(outline), light, leather, 12, 0.8)
    seam(layer, curve((418, 738), (452, 646), (506, 592), (590, 576), steps=9), leather)
    seam(layer, curve((744, 774), (764, 706), (806, 662), (876, 654), steps=9), leather)
    for edge in ([(330, 606), (372, 610), (370, 648), (328, 644), (330, 606)],):
        layer.stroke(edge, shade(_BRASS, -0.3), 8)
        layer.stroke([(x - 1, y - 1.5) for x, y in edge], _BRASS, 5)
