"""The named rules of the merchant's year: each kind of line falls under the rule that is meant for it."""

import pytest

from hanmaru.central.orders.online_retail.lines import RawLine, understood
from hanmaru.central.orders.online_retail.rules import REASONS, TAKEN, Rule, Side, judge, of_return
from hanmaru.central.orders.online_retail.sorting import sort


def raw(row: int = 1, **cells: object) -> RawLine:
    given: dict[str, object] = {
        "invoice": "536365",
        "code": "85123A",
        "description": "WHITE HEART",
        "quantity": 6,
        "at": "2010-12-01 08:26:00",
        "price": 2.55,
        "customer": 17850.0,
        "country": "United Kingdom",
    }
    return RawLine(row, **(given | cells))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({}, Rule.ORDER_LINE),
        ({"customer": None}, Rule.ORDER_NO_CUSTOMER),
        ({"customer": float("nan")}, Rule.ORDER_NO_CUSTOMER),
        ({"price": 0}, Rule.ORDER_FREE),
        ({"price": 0.001, "code": "PADS"}, Rule.ORDER_ROUNDED),
        ({"code": "DCGSSBOY"}, Rule.ORDER_LINE),
        ({"invoice": "C536379", "quantity": -1}, Side.RETURN),
        ({"invoice": "C536379", "quantity": 1}, Rule.RETURN_POSITIVE),
        ({"invoice": ""}, Rule.NO_INVOICE),
        ({"invoice": "A563185", "code": "B"}, Rule.BAD_DEBT),
        ({"code": "POST"}, Rule.POSTAGE),
        ({"code": "DOT"}, Rule.POSTAGE),
        ({"code": "C2"}, Rule.POSTAGE),
        ({"code": "m"}, Rule.MANUAL),
        ({"code": "D", "invoice": "C1", "quantity": -1}, Rule.DISCOUNT),
        ({"code": "S"}, Rule.SAMPLES),
        ({"code": "BANK CHARGES"}, Rule.BANK_CHARGES),
        ({"code": "AMAZONFEE"}, Rule.FEE),
        ({"code": "CRUK"}, Rule.COMMISSION),
        ({"code": "gift_0001_20"}, Rule.VOUCHER),
        ({"code": "ADJUST2"}, Rule.ADJUSTMENT),
        ({"code": "TEST001"}, Rule.TEST),
        ({"code": "?"}, Rule.NOT_A_PRODUCT),
        ({"quantity": -5, "price": 0, "customer": None}, Rule.WRITE_OFF),
        ({"price": 0, "customer": None, "description": None}, Rule.FOUND),
        ({"quantity": 0}, Rule.ZERO),
        ({"quantity": 10**10}, Rule.TOO_MANY),
        ({"price": -1}, Rule.NEGATIVE_PRICE),
    ],
)
def test_each_line_has_its_rule(cells: dict[str, object], rule: Rule | Side) -> None:
    line = understood(raw(**cells))
    assert line is not None
    assert judge(line) == rule


@pytest.mark.parametrize(
    "cells",
    [{"quantity": "many"}, {"quantity": 1.5}, {"at": "soon"}, {"price": "x"}, {"price": None}, {"customer": "x"}],
)
def test_unreadable_cells_refuse_the_line(cells: dict[str, object]) -> None:
    batch = sort([raw(**cells)])
    assert [rule for _raw, rule in batch.refused] == [Rule.UNREADABLE]


def test_every_refusing_rule_gives_a_reason() -> None:
    assert set(REASONS) == set(Rule) - TAKEN


def test_returns_are_matched_wholly_in_part_or_not() -> None:
    assert [of_return(5, matched) for matched in (5, 2, 0)] == [
        Rule.RETURN_MATCHED,
        Rule.RETURN_PART,
        Rule.RETURN_ALONE,
    ]


def test_the_merchants_clock_and_pence() -> None:
    summer = understood(raw(at="7/1/2011 12:00", price="2.555"))
    assert summer is not None
    assert summer.at.utctimetuple().tm_hour == 11
    assert summer.pence == 256
