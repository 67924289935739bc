"""Comparing finds each kind of difference, and only that."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hanmaru.floor.reading import Reading
from hanmaru.twin.compare import Differences, compare
from hanmaru.twin.truth import Offered, offered

BEGIN = datetime(2026, 11, 21, tzinfo=UTC)
MICROS = round(BEGIN.timestamp() * 1e6)
TAGS = {("press", "rms"): 1, ("press", "text"): 2}


def truth() -> list[Offered]:
    rows = [offered("press", "rms", MICROS + 1000 * n, math.nan if n == 3 else n / 4) for n in range(10)]
    rows += [offered("press", "text", MICROS, "켜짐"), offered("press", "text", MICROS + 1, None, 0x80000000)]
    return [*rows, offered("mill", "other", MICROS, 1.0)]


def readings() -> list[Reading]:
    names = {address: tag for (_, address), tag in TAGS.items()}
    return [
        Reading(
            names[row.address], BEGIN + timedelta(microseconds=row.source_time - MICROS), BEGIN, row.number, row.text,
            row.quality,
        )
        for row in truth()
        if row.address in names
    ]  # fmt: skip


def differences(rows: list[Reading]) -> Differences:
    return compare(truth(), rows, TAGS)


def test_the_same_is_the_same() -> None:
    found = differences(readings())
    assert not found
    assert (found.offered, found.arrived) == (12, 12)


def test_a_quality_may_tell_more_in_its_low_bits() -> None:
    rows = readings()
    rows[2] = replace(rows[2], quality=0x0000_0480)
    assert not differences(rows)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("missing", lambda rows: rows[:4] + rows[5:]),
        ("doubled", lambda rows: [rows[0], *rows]),
        ("altered", lambda rows: [replace(rows[0], number=9.0), *rows[1:]]),
        ("altered", lambda rows: [replace(rows[0], quality=0x40000000), *rows[1:]]),
        ("altered", lambda rows: [*rows[:3], replace(rows[3], number=0.0), *rows[4:]]),
        ("altered", lambda rows: [*rows[:10], replace(rows[10], text="꺼짐"), rows[11]]),
        ("invented", lambda rows: [*rows, replace(rows[0], source_time=BEGIN + timedelta(days=1))]),
        ("out_of_order", lambda rows: [rows[1], rows[0], *rows[2:]]),
    ],
)
def test_each_difference_is_found_and_no_other(name: str, changed: object) -> None:
    assert callable(changed)
    found = differences(changed(readings()))
    assert found
    kinds = ("missing", "doubled", "altered", "invented", "out_of_order")
    assert [kind for kind in kinds if getattr(found, kind)] == [name]
    assert f"1 {name}" in str(found)


def test_what_was_offered_to_nobody_is_counted_apart() -> None:
    rows = [
        row
        for row in readings()
        if not (row.tag == 1 and 2 <= (row.source_time - BEGIN) / timedelta(milliseconds=1) <= 4)
    ]
    found = compare(truth(), rows, TAGS, pauses=[(MICROS + 2000, MICROS + 4000)])
    assert not found
    assert found.outside == 3
    assert compare(truth(), rows, TAGS, pauses=[(MICROS + 2000, MICROS + 3000)]).missing
