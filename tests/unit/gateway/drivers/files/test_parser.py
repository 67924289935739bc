"""What one line may look like."""

from datetime import UTC, datetime

import pytest

from hanmaru.floor.quality import Quality
from hanmaru.floor.tag import Tag
from hanmaru.gateway.drivers.files.cells import guessed, value_of
from hanmaru.gateway.drivers.files.config import FilesConfig
from hanmaru.gateway.drivers.files.parser import BadLine, Parser

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def parser(**more: object) -> Parser:
    return Parser(FilesConfig(path="/x", **more))


@pytest.mark.parametrize(
    ("style", "cell", "when"),
    [
        ("iso", "2026-03-01T21:00:00", NOW),
        ("iso", "2026-03-01T12:00:00Z", NOW),
        ("iso", "2026-03-01 14:00:00+02:00", NOW),
        ("seconds", "1772366400", NOW),
        ("milliseconds", "1772366400000", NOW),
        ("%y.%m.%d %p %I:%M:%S", "26.03.01 PM 09:00:00", NOW),
    ],
)
def test_times(style: str, cell: str, when: datetime) -> None:
    row = parser(time_column="t", time_format=style).row(f"{cell},1".encode(), ["t", "a"])
    assert row.when == when


def test_a_line_in_koreas_code_page_with_decimal_comma_and_thousands() -> None:
    made = parser(encoding="cp949", delimiter=";", decimal=",")
    assert made.heading("시각;온도\r\n".encode("cp949")) == ("시각", "온도")
    cells = made.row("낮;1.234,5\r\n".encode("cp949"), ("시각", "온도")).cells
    assert made.number(cells["온도"]) == 1234.5


def test_quotes_and_a_byte_order_mark() -> None:
    made = parser()
    assert made.heading(b'\xef\xbb\xbf"a","b,c"\n') == ("a", "b,c")
    assert made.row(b'"1,5",x\n', ("a", "b,c")).cells == {"a": "1,5", "b,c": "x"}


def test_a_log_is_read_by_an_expression() -> None:
    made = parser(expression=r"^(?P<at>\S+) pressure=(?P<bar>[\d.]+)", time_column="at")
    row = made.row(b"2026-03-01T12:00:00Z pressure=6.2 ok\n", made.columns)
    assert (row.when, row.cells["bar"]) == (NOW, "6.2")
    with pytest.raises(BadLine, match="expression"):
        made.row(b"started\n", made.columns)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"1,2,3\n", "3 columns, 2 are due"),
        (b"\xff\xfe,2\n", "not utf-8"),
        (b"soon,2\n", "no time like"),
        (b'"open,2\n', "unexpected end of data"),
    ],
)
def test_lines_that_are_none_say_why(line: bytes, why: str) -> None:
    with pytest.raises(BadLine, match=why):
        parser(time_column="t").row(line, ("t", "a"))


@pytest.mark.parametrize(
    ("kind", "cell", "number", "text", "quality"),
    [
        ("number", "0", 0.0, None, Quality.GOOD),
        ("number", "-Infinity", float("-inf"), None, Quality.GOOD),
        ("number", "", None, None, Quality.BAD_NO_DATA),
        ("number", "Bad status", None, None, Quality.BAD_TYPE_MISMATCH),
        ("integer", "9007199254740993", 9007199254740992.0, "9007199254740993", Quality.GOOD),
        ("integer", "-9223372036854775808", -9223372036854775808.0, "-9223372036854775808", Quality.GOOD),
        ("integer", "1.5", None, None, Quality.BAD_TYPE_MISMATCH),
        ("flag", "ON", 1.0, None, Quality.GOOD),
        ("flag", "maybe", None, None, Quality.BAD_TYPE_MISMATCH),
        ("text", "", None, "", Quality.GOOD),
        ("text", "가" * 400_000, None, "가" * 400_000, Quality.GOOD),
    ],
)
def test_values(kind: str, cell: str, number: float | None, text: str | None, quality: int) -> None:
    tag = Tag(id=1, asset="a", name="n", type=kind, source="s", address="a")
    reading = value_of(parser(), tag, cell, NOW, NOW)
    assert (reading.number, reading.text, reading.quality) == (number, text, quality)


def test_nan_is_a_number() -> None:
    tag = Tag(id=1, asset="a", name="n", type="number", source="s", address="a")
    reading = value_of(parser(), tag, "NaN", NOW, NOW)
    assert reading.number != reading.number
    assert guessed(parser(), "NaN") == "number"
    assert guessed(parser(), "가동") == "text"
