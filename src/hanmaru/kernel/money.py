"""Money: an integer of the currency's minor unit, and how people write it.

Digits after the point and signs follow ISO 4217 and the Unicode CLDR (short forms); a currency not listed has two
digits and is written with its code.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_EXPONENTS: Final = {"KRW": 0, "JPY": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "JOD": 3, "TND": 3}
_SIGNS: Final = {"KRW": "₩", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_KOREAN_WORDS: Final = {"KRW": "원", "JPY": "엔", "USD": "달러", "EUR": "유로"}


def exponent(currency: str) -> int:
    """How many digits stand after the point: 0 for won, 2 for euro."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the minor unit of a currency (ISO 4217 code)."""

    minor: int
    currency: str

    @property
    def major(self) -> Decimal:
        """The amount in whole units of the currency."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def written(self, language: str = "en") -> str:
        """As people write it: "₩50,000" or "-€12.50"; in Korean ("ko") "50,000원"."""
        sign = "-" if self.minor < 0 else ""
        digits = f"{abs(self.major):,.{exponent(self.currency)}f}"
        if language.startswith("ko") and self.currency in _KOREAN_WORDS:
            return f"{sign}{digits}{_KOREAN_WORDS[self.currency]}"
        if self.currency in _SIGNS:
            return f"{sign}{_SIGNS[self.currency]}{digits}"
        return f"{sign}{digits} {self.currency}"
