"""Amounts as people write them."""

import pytest

from hanmaru.kernel.money import Money


@pytest.mark.parametrize(
    ("minor", "currency", "language", "written"),
    [
        (50_000, "KRW", "ko", "50,000원"),
        (50_000, "KRW", "en", "₩50,000"),
        (-1_250, "EUR", "en", "-€12.50"),
        (1_250, "EUR", "ko", "12.50유로"),
        (1_250, "CHF", "ko", "12.50 CHF"),
        (1_250, "KWD", "en", "1.250 KWD"),
        (0, "USD", "en", "$0.00"),
        (5, "USD", "en", "$0.05"),
    ],
)
def test_money_is_written_as_people_do(minor: int, currency: str, language: str, written: str) -> None:
    assert Money(minor, currency).written(language) == written
