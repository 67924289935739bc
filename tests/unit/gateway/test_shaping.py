"""Readings are typed, bounded and thinned before they are kept."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import LONGEST_TEXT, Reading, batch_of, readings_of
from hanmaru.floor.tag import Tag
from hanmaru.gateway.shaping import Shaper
from hanmaru.gateway.skew import Skew

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def tag(number: int, kind: str = "number", deadband: float = 0.0) -> Tag:
    return Tag(id=number, asset="a", name=f"n{number}", type=kind, source="s", address="x", deadband=deadband)


def reading(number: int, value: float | None = None, text: str | None = None, quality: int = Quality.GOOD) -> Reading:
    return Reading(number, NOW, NOW, value, text, quality)


def shaped(shaper: Shaper, *readings: Reading) -> list[tuple[int, float | None, str | None, int]]:
    batch = shaper.shape(batch_of(readings)).batch
    return [(one.tag, one.number, one.text, one.quality) for one in readings_of(batch)]


@pytest.mark.parametrize(
    ("kind", "value", "text", "quality"),
    [
        ("number", 1.5, None, Quality.GOOD),
        ("number", math.inf, None, Quality.GOOD),
        ("number", 2.0**53, "9007199254740993", Quality.GOOD),
        ("number", None, "hot", Quality.BAD_TYPE_MISMATCH),
        ("number", None, None, Quality.BAD_NO_DATA),
        ("integer", -5.0, None, Quality.GOOD),
        ("integer", 9.2e18, "9223372036854775807", Quality.GOOD),
        ("integer", 0.5, None, Quality.BAD_TYPE_MISMATCH),
        ("integer", math.nan, None, Quality.BAD_TYPE_MISMATCH),
        ("flag", 1.0, None, Quality.GOOD),
        ("flag", 2.0, None, Quality.BAD_TYPE_MISMATCH),
        ("flag", None, "true", Quality.BAD_TYPE_MISMATCH),
        ("text", None, "", Quality.GOOD),
        ("text", 3.0, None, Quality.BAD_TYPE_MISMATCH),
    ],
)
def test_a_value_keeps_to_the_type_of_its_tag(kind: str, value: float | None, text: str | None, quality: int) -> None:
    (found,) = shaped(Shaper([tag(1, kind)]), reading(1, value, text))
    assert found == ((1, value, text, quality) if quality == Quality.GOOD else (1, None, None, quality))


def test_nan_stays_a_number() -> None:
    (found,) = shaped(Shaper([tag(1)]), reading(1, math.nan))
    assert math.isnan(found[1])
    assert found[3] == Quality.GOOD


def test_a_bad_reading_has_no_value_and_an_uncertain_one_keeps_it() -> None:
    found = shaped(
        Shaper([tag(1)]),
        reading(1, 7.0, quality=Quality.BAD_SENSOR_FAILURE),
        reading(1, 8.0, quality=Quality.UNCERTAIN_LAST_USABLE),
    )
    assert found == [(1, None, None, Quality.BAD_SENSOR_FAILURE), (1, 8.0, None, Quality.UNCERTAIN_LAST_USABLE)]


def test_one_wrong_row_changes_no_other() -> None:
    shaper = Shaper([tag(1), tag(2, "text")])
    batch = batch_of([reading(1, 1.0), reading(2, None, "a"), reading(1, None, "x"), reading(9, 3.0), reading(2, 2.0)])
    done = shaper.shape(batch)
    assert [(one.tag, one.number, one.text) for one in readings_of(done.batch)] == [
        (1, 1.0, None),
        (2, None, "a"),
        (1, None, None),
        (2, None, None),
    ]
    assert done.mismatched == {1, 2}
    assert shaper.unknown == 1


def test_long_text_is_cut_at_a_character_and_uncertain() -> None:
    (found, short) = shaped(Shaper([tag(1, "text")]), reading(1, None, "가" * LONGEST_TEXT), reading(1, None, "나"))
    assert found[3] == Quality.UNCERTAIN
    assert len(found[2].encode()) <= LONGEST_TEXT
    assert set(found[2]) == {"가"}
    assert short == (1, None, "나", Quality.GOOD)


def test_deadband_compares_with_what_was_told_last() -> None:
    shaper = Shaper([tag(1, deadband=1.0), tag(2)])
    values = [10.0, 10.5, 10.9, 11.0, 10.2, 9.9]
    found = shaped(shaper, *(reading(1, value) for value in values), reading(2, 10.0), reading(2, 10.0))
    assert [one[1] for one in found if one[0] == 1] == [10.0, 11.0, 9.9]
    assert [one[1] for one in found if one[0] == 2] == [10.0, 10.0]
    assert shaped(shaper, reading(1, 9.0)) == []
    assert shaped(shaper, reading(1, quality=Quality.BAD), reading(1, 9.0)) == [
        (1, None, None, Quality.BAD),
        (1, 9.0, None, Quality.GOOD),
    ]
    assert shaper.thinned == 4


def test_a_protocol_with_deadbands_of_its_own_is_left_alone() -> None:
    shaper = Shaper([tag(1, deadband=5.0)], deadbands=False)
    assert len(shaped(shaper, reading(1, 1.0), reading(1, 1.1))) == 2


def test_the_latest_value_is_known_by_tag() -> None:
    shaper = Shaper([tag(1, "flag"), tag(7, "flag")])
    assert shaper.latest(7)[1] == Quality.BAD_WAITING_FOR_INITIAL_DATA
    shaped(shaper, reading(7, 0.0), reading(7, 1.0))
    assert shaper.latest(7) == (1.0, Quality.GOOD)
    assert shaper.latest(8)[1] == Quality.BAD_NODE_UNKNOWN


@given(
    st.lists(
        st.tuples(
            st.integers(1, 5),
            st.none() | st.floats(allow_nan=True),
            st.none() | st.text(max_size=5),
            st.sampled_from([int(one) for one in Quality]),
        ),
        max_size=40,
    )
)
def test_whatever_comes_fits_its_tag_afterwards(rows: list[tuple[int, float | None, str | None, int]]) -> None:
    kinds = {1: "number", 2: "integer", 3: "flag", 4: "text"}
    shaper = Shaper([tag(number, kind) for number, kind in kinds.items()])
    found = shaped(shaper, *(reading(*row) for row in rows))
    assert len(found) == sum(row[0] in kinds for row in rows)
    for number, value, text, quality in found:
        if quality & 0x80000000:
            assert (value, text) == (None, None)
        elif kinds[number] == "text":
            assert text is not None
            assert value is None
        else:
            assert value is not None
            assert kinds[number] != "flag" or value in {0.0, 1.0}
            assert kinds[number] != "integer" or np.floor(value) == value


class TestSkew:
    """A device whose clock is wrong."""

    def seen(self, skew: Skew, ahead: float) -> bool:
        return skew.see(batch_of([Reading(1, NOW + timedelta(seconds=ahead), NOW, 1.0)]))

    def test_a_clock_ahead_is_seen_at_once_and_told_once(self) -> None:
        skew = Skew(lambda: 0.0)
        assert [self.seen(skew, 3600.0), self.seen(skew, 3600.1)] == [True, False]
        assert skew.is_wrong
        assert skew.seconds == pytest.approx(3600.1)

    def test_an_old_reading_among_fresh_ones_is_no_wrong_clock(self) -> None:
        now = [0.0]
        skew = Skew(lambda: now[0])
        for second in range(100):
            now[0] = second
            assert not self.seen(skew, -3600.0 if second % 2 else -0.1)

    def test_a_clock_behind_is_seen_when_nothing_fresh_came_for_a_while_and_right_again_when_set(self) -> None:
        now = [0.0]
        skew = Skew(lambda: now[0])
        told = []
        for second in range(40):
            now[0] = second
            told.append(self.seen(skew, -3600.0))
        assert told.count(True) == 1
        assert self.seen(skew, -0.1)
        assert not skew.is_wrong
