"""How people write numbers, dates and codes in a cell."""

from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanmaru.central.sheets import columns
from hanmaru.central.sheets.cells import Cell, clean, shown
from hanmaru.central.sheets.problems import PROBLEMS, Unreadable

NAIVE = datetime.combine(date(2026, 1, 2), time())  # Excel's times have no zone


def refusal(parse: columns.Parser, cell: Cell) -> str:
    with pytest.raises(Unreadable) as caught:
        parse(cell)
    problem = PROBLEMS[caught.value.code]
    assert "%(" not in str(problem.sentence) % caught.value.data + str(problem.remedy) % caught.value.data
    return caught.value.code


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12", 12), (" 12 ", 12), ("1,200", 1200), ("1,234,567", 1234567), ("１２", 12), ("１，２００", 1200),
        ("12.0", 12), (12.0, 12), (12, 12), ("+7", 7), ("1E+3", 1000), ("1 200", 1200), ("\u300012\u3000", 12),
        ("12\xa0", 12), ("12.", 12), (Decimal(12), 12),
    ],
)  # fmt: skip
def test_whole_numbers_as_people_write_them(cell: Cell, number: int) -> None:
    assert columns.integer()(cell) == number


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("twelve", "not_a_number"), ("12개", "not_a_number"), ("1,2", "separator"), ("12,00", "separator"),
        ("1.5", "not_whole"), (1.5, "not_whole"), ("-1", "too_small"), ("−1", "too_small"), ("(5)", "too_small"),
        ("8801234567890", "too_large"), ("9E+999", "too_large"), (1e300, "too_large"), ("9" * 100, "not_a_number"),
        (True, "not_a_number"), (NAIVE, "became_date"), ("½", "not_a_number"), ("١٢", "not_a_number"),
    ],
)  # fmt: skip
def test_whole_numbers_that_are_none(cell: Cell, code: str) -> None:
    assert refusal(columns.integer(), cell) == code


@pytest.mark.parametrize(
    ("cell", "won"),
    [("₩12,000", 12000), ("12,000원", 12000), ("￦ 12,000", 12000), ("KRW 500", 500), (12000.0, 12000), ("0", 0)],
)
def test_won(cell: Cell, won: int) -> None:
    assert columns.money()(cell) == won


def test_money_is_an_integer_of_the_minor_unit() -> None:
    assert columns.money(exponent=2)("12.34") == 1234
    assert refusal(columns.money(exponent=2), "12.345") == "places"
    assert refusal(columns.money(), "12.5") == "not_whole"
    assert refusal(columns.money(), "-1") == "too_small"
    assert refusal(columns.money(), "원") == "not_a_number"


def test_decimals() -> None:
    assert columns.decimal()("1.25") == Decimal("1.25")
    assert columns.decimal()(0.1 + 0.2) == Decimal("0.3")
    assert refusal(columns.decimal(places=1), "1.25") == "places"


@pytest.mark.parametrize(
    "cell",
    ["2026-11-21", "2026.11.21.", "2026/11/21", "2026. 11. 21", "20261121", "2026년 11월 21일", "２０２６-11-21",
     "2026-11-21 13:00:00", date(2026, 11, 21), datetime.combine(date(2026, 11, 21), time(9)), 46347, 46347.5],
)  # fmt: skip
def test_dates_as_people_write_them(cell: Cell) -> None:
    assert columns.day()(cell) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("26-11-21", "short_year"), ("21.11.2026", "not_a_date"), ("2026-13-01", "not_a_date"), ("soon", "not_a_date"),
     ("2026-02-30", "not_a_date"), (12, "not_a_date"), ("1899-01-01", "too_small"), ("2999-01-01", "too_large")],
)  # fmt: skip
def test_dates_that_are_none(cell: Cell, code: str) -> None:
    assert refusal(columns.day(), cell) == code


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  은 반지  ", "은 반지"), (8801234567893, "8801234567893"), (8801234567893.0, "8801234567893"),
        ("8.801234567893E+12", "8801234567893"), ("0012", "0012"), (1.5, "1.5"), ("1E5", "1E5"),
        ("각", "각"), ("a\u200bb", "ab"),
    ],
)  # fmt: skip
def test_codes_keep_their_digits(cell: Cell, text: str) -> None:
    assert columns.text()(cell) == text


def test_what_excel_has_spoilt_is_refused() -> None:
    assert refusal(columns.text(), "8.80123E+12") == "shortened"
    assert refusal(columns.text(), NAIVE) == "became_date"
    assert refusal(columns.text(most=3), "abcd") == "too_long"


def test_choices() -> None:
    parse = columns.choice({"silver": ("은 925", "Silver", "925"), "gold": ("14K", "Gold")})
    assert [parse(cell) for cell in ("은925", "SILVER", 925, "14k")] == ["silver", "silver", "silver", "gold"]
    assert refusal(parse, "은 92") == "nearest_choice"
    assert refusal(parse, "platinum") == "not_a_choice"


anything = (
    st.none() | st.text() | st.integers() | st.floats() | st.booleans() | st.dates() | st.datetimes() | st.times()
)
parsers = [
    columns.text(),
    columns.integer(),
    columns.decimal(),
    columns.money(2),
    columns.day(),
    columns.choice({1: ("a",)}),
]


@given(st.sampled_from(parsers), anything.filter(lambda cell: clean(shown(cell)) != ""))
def test_no_cell_crashes_a_parser(parse: columns.Parser, cell: Cell) -> None:
    with suppress(Unreadable):
        parse(cell)


@pytest.mark.parametrize("written", ["1e999", "-1e999", "nan"])
def test_what_is_no_finite_number_is_refused_as_a_number(written: str) -> None:
    cell = float(written)
    assert shown(cell) == str(cell)
    for parse in (columns.integer(), columns.decimal(), columns.money(2)):
        assert refusal(parse, cell) == "not_a_number"


@given(st.integers(0, columns.MOST_INTEGER))
def test_every_whole_number_is_read_back(number: int) -> None:
    parse = columns.integer()
    assert parse(str(number)) == parse(f"{number:,}") == parse(float(number)) == parse(number) == number


@given(st.dates(date(1990, 1, 1), date(2199, 12, 31)))
def test_every_date_is_read_back(value: date) -> None:
    assert columns.day()(value.isoformat()) == columns.day()(value.strftime("%Y%m%d")) == value
