"""The options of jewellery and shoes, and the variants they make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product as combinations

from hanmaru.central.demo.records import Option, Product, Value, Variant

SILVER = Value("은 925", "Silver 925", "S")
GOLD_14K = Value("14K", "14K gold", "14", 280_000)
GOLD_18K = Value("18K", "18K gold", "18", 420_000)
METAL = Option("금속", "Metal", (SILVER, GOLD_14K, GOLD_18K))
SILVER_OR_14K = Option("금속", "Metal", (SILVER, GOLD_14K))
ENGRAVING = Option("각인", "Engraving", (Value("없음", "None", "N"), Value("있음", "Engraved", "E", 15_000)))

_BLACK = Value("블랙", "Black", "BK")
_BROWN = Value("브라운", "Brown", "BR")
_TAN = Value("탄", "Tan", "TN")
_WINE = Value("와인", "Wine", "WN", 10_000)
_IVORY = Value("아이보리", "Ivory", "IV")
_NAVY = Value("네이비", "Navy", "NV")
LEATHER = {value.code: value for value in (_BLACK, _BROWN, _TAN, _WINE, _IVORY, _NAVY)}

IN_SHOP_PREFIX = "29"
"""GS1 General Specifications 2.1.11: 20-29 are restricted circulation numbers, used inside one company only."""


def ring_sizes(first: int = 1, last: int = 23) -> Option:
    """Korean ring sizes (호); 1 is 44 mm round, each number a millimetre more."""
    return Option("호수", "Size", tuple(Value(f"{n}호", f"No. {n}", f"{n:02d}") for n in range(first, last + 1)))


def shoe_sizes(first: int = 225, last: int = 290) -> Option:
    """Shoe sizes in millimetres, the length of the foot."""
    return Option("사이즈", "Size", tuple(Value(str(mm), f"{mm} mm", str(mm)) for mm in range(first, last + 1, 5)))


def colours(*codes: str) -> Option:
    """Colours of leather by their codes."""
    return Option("가죽 색", "Leather", tuple(LEATHER[code] for code in codes))


def with_check_digit(digits: str) -> str:
    """Append the check digit of a GTIN (GS1 General Specifications 7.9): weights 3 and 1 from the right."""
    total = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def variants(products: Sequence[Product], house_number: int) -> Iterator[Variant]:
    """Make every variant of the products; `house_number` (0-999) keeps companies' codes apart."""
    number = 0
    for product in products:
        for values in combinations(*(option.values for option in product.options)):
            number += 1
            sku = "-".join([product.code, *(value.code for value in values)])
            digits = f"{IN_SHOP_PREFIX}{house_number:03d}{number:07d}"
            yield Variant(
                product=product.code,
                sku=sku,
                values=tuple(value.value for value in values),
                label=" / ".join(value.value for value in values),
                label_en=" / ".join(value.value_en for value in values),
                price=product.base_price + sum(value.price_difference for value in values),
                gtin="0" + with_check_digit(digits) if product.has_gtin else "",
                own_barcode="" if product.has_gtin else f"HM{house_number:03d}{number:06d}",
                size=product.size,
                weight=product.weight,
            )
