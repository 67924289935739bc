"""The workshop's jewellery."""

from __future__ import annotations

from hanmaru.central.demo.options import ENGRAVING, METAL, SILVER_OR_14K, ring_sizes
from hanmaru.central.demo.records import Option, Product, Size, Tracking, Value

_CASE: Size = (62, 62, 48)
_LONG_CASE: Size = (220, 60, 32)


def _ring(
    code: str, name: str, name_en: str, price: int, description: str,
    *options: Option, tracking: Tracking = "none",
) -> Product:  # fmt: skip
    return Product(
        code=code, name=name, name_en=name_en, description=description, base_price=price, storage_class="jewellery",
        size=_CASE, weight=58, options=options or (ring_sizes(5, 19), SILVER_OR_14K), tracking=tracking,
    )  # fmt: skip


def _piece(code: str, name: str, name_en: str, price: int, description: str, *options: Option) -> Product:
    long = code.startswith(("N-", "B-"))
    return Product(
        code=code, name=name, name_en=name_en, description=description, base_price=price, storage_class="jewellery",
        size=_LONG_CASE if long else _CASE, weight=74 if long else 46, options=options or (SILVER_OR_14K,),
    )  # fmt: skip


_LENGTH = Option(
    "길이",
    "Length",
    (Value("40cm", "40 cm", "40"), Value("45cm", "45 cm", "45", 8_000), Value("50cm", "50 cm", "50", 15_000)),
)

JEWELLERY = (
    _ring("R-MARU", "마루 각인 반지", "Maru engraved band", 89_000,
          "납작한 띠에 원하는 글자를 새기는 공방의 대표 반지입니다.", ring_sizes(), METAL, ENGRAVING),
    _ring("R-SOLITAIRE", "새벽별 반지", "Morning star solitaire", 380_000,
          "맑은 스톤을 네 발로 물린 반지. 한 점마다 번호가 있습니다.", ring_sizes(5, 17), METAL, tracking="serial"),
    _ring("R-SAPPHIRE", "밤바다 사파이어 반지", "Night sea sapphire ring", 460_000,
          "깊은 푸른빛 스톤을 올린 반지. 한 점마다 번호가 있습니다.", ring_sizes(5, 17), METAL, tracking="serial"),
    _ring("R-EMERALD", "솔잎 에메랄드 반지", "Pine emerald ring", 490_000,
          "네모지게 깎은 초록 스톤 반지.", ring_sizes(5, 17), METAL),
    _ring("R-TWIST", "꼬임 반지", "Twisted band", 64_000,
          "두 가닥을 꼰 듯 빛이 물결치는 반지.", ring_sizes(), SILVER_OR_14K),
    _ring("R-HAMMER", "망치결 반지", "Hammered band", 72_000,
          "망치 자국을 그대로 살린 넓은 반지.", ring_sizes(7, 23), METAL),
    _ring("R-PEARL", "진주 한 알 반지", "Single pearl ring", 78_000, "담수 진주 한 알을 올린 가는 반지."),
    _ring("R-MOON", "달무리 문스톤 반지", "Moonstone halo ring", 98_000, "달빛이 도는 문스톤 반지."),
    _ring("R-RUBY", "석류 반지", "Pomegranate ring", 420_000, "석류알처럼 붉은 스톤 반지.", ring_sizes(5, 17), METAL),
    _ring("R-THIN", "실반지", "Thread ring", 32_000, "겹쳐 끼기 좋은 가장 가는 반지.", ring_sizes(1, 19), METAL),
    _ring("R-PAIR", "나란히 커플 반지", "Side by side pair", 148_000,
          "두 사람의 반지 한 쌍. 안쪽에 글자를 새길 수 있습니다.", ring_sizes(5, 21), SILVER_OR_14K, ENGRAVING),
    _ring("R-AMETHYST", "제비꽃 반지", "Violet ring", 118_000, "보랏빛 타원 스톤을 세운 반지."),
    _piece("E-DROP", "물방울 귀걸이", "Drop earrings", 86_000, "하늘빛 물방울 스톤이 흔들리는 귀걸이."),
    _piece("E-PEARL", "진주 귀걸이", "Pearl earrings", 58_000, "매일 걸기 좋은 담수 진주 귀걸이."),
    _piece("E-HOOP", "둥근 고리 귀걸이", "Hoop earrings", 46_000, "가볍고 둥근 고리 귀걸이."),
    _piece("N-MOON", "초승달 목걸이", "Crescent necklace", 92_000, "초승달 펜던트 목걸이.", SILVER_OR_14K, _LENGTH),
    _piece("N-STONE", "돌담 목걸이", "Single stone necklace", 104_000, "스톤 한 알 목걸이.", SILVER_OR_14K, _LENGTH),
    _piece("N-PEARL", "진주 목걸이", "Pearl strand", 168_000, "고른 진주를 꿴 목걸이.", _LENGTH),
    _piece("B-BANGLE", "민무늬 뱅글", "Plain bangle", 128_000, "군더더기 없는 뱅글 팔찌.", METAL),
)  # fmt: skip
