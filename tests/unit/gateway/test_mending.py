"""A refused message in a person's hands: what is written is checked, what was said before is kept."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanmaru.floor.reading import Reading, batch_of, decode, encode, readings_of
from hanmaru.floor.shapes import WrongShape
from hanmaru.gateway import mending
from hanmaru.gateway.dead_letters import DeadLetter
from hanmaru.gateway.mending import NotMendable, TrailFull, form_of
from hanmaru.gateway.outbox import Outbox
from hanmaru.gateway.outbox_file import Record
from hanmaru.gateway.refused import NoSuchLetter, answer

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EVENT = {"at": NOON.isoformat(), "kind": "lost", "words": "x" * 301, "data": {"sequence": 3}}
FIRST, LAST = (datetime(year, 1, 2, tzinfo=UTC).replace(tzinfo=None) for year in (1, 9998))
MESSAGES = {
    "floor.mill.readings.press-1": encode(batch_of([Reading(7, NOON, NOON, 1.5), Reading(8, NOON, NOON, text="on")])),
    "floor.mill.events.press-1": json.dumps(EVENT).encode(),
    "floor.mill.events.press-2": b"{}",
}


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def box(tmp_path: Path, told: list[str]) -> Any:
    made = Outbox(
        tmp_path / "press-1" / "outbox", "press-1", tell=lambda kind, words, **_: told.append(f"{kind} {words}")
    )
    for subject, data in MESSAGES.items():
        made.put(subject, data, rows=2 if "readings" in subject else 0)
    made.flush()
    while record := made.next("live"):
        made.bury(record, "the bus says no")
    told.clear()
    yield made
    made.close()


def letters(box: Outbox) -> list[dict[str, Any]]:
    names = [one["name"] for one in answer(box, {"do": "dead"})["letters"]]
    return [answer(box, {"do": "dead_letter", "letter": name})["letter"] for name in names]


def mend(box: Outbox, letter: dict[str, Any], said: Any) -> dict[str, Any]:
    text = said if isinstance(said, str) else json.dumps(said)
    return answer(box, {"do": "mend", "letter": letter["name"], "text": text, "by": "Kim"})


def test_mended_readings_go_out_anew_and_what_they_were_stays_in_the_trail(box: Outbox, told: list[str]) -> None:
    readings, *others = letters(box)
    said = json.loads(readings["form"])
    said["readings"][0]["number"] = 2.5
    assert mend(box, readings, said) == {"mended": 1}
    record = box.next("live")
    assert record is not None
    assert (record.subject, record.rows) == ("floor.mill.readings.press-1", 2)
    assert readings_of(decode(record.data)) == [Reading(7, NOON, NOON, 2.5), Reading(8, NOON, NOON, text="on")]
    assert [one["name"] for one in letters(box)] == [one["name"] for one in others]
    kept = answer(box, {"do": "mended"})
    [entry] = kept["mended"]
    assert (kept["kept"], entry["by"], entry["why"], entry["name"]) == (1, "Kim", "the bus says no", readings["name"])
    assert '"number": 1.5' in entry["before"]
    assert '"number": 2.5' in entry["after"]
    assert told == ["outbox_letter_mended A message that the bus had refused was mended by Kim and sent again"]


def test_an_event_is_mended_with_all_that_stands_beside_it(box: Outbox) -> None:
    _readings, event, _other = letters(box)
    with pytest.raises(WrongShape, match=r"message\.words: 301 characters"):
        mend(box, event, event["form"])
    mend(box, event, {**EVENT, "words": "the line broke"})
    record = box.next("live")
    assert record is not None
    assert json.loads(record.data) == {**EVENT, "words": "the line broke"}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('{"readings": [\n{"tag": 7,}]}', "line 2, column"),
        ("[]", "give an object"),
        ({"readings": []}, r"message\.readings"),
        ({"readings": [{"tag": 7}]}, r"readings\[0\]\.source_time: missing"),
        (
            {"readings": [{"tag": 0, "source_time": EVENT["at"], "receive_time": EVENT["at"], "number": 1}]},
            r"\.tag: give 1",
        ),
        (
            {"readings": [{"tag": 1, "source_time": "noon", "receive_time": EVENT["at"]}]},
            r"\[0\]\.source_time: give a time",
        ),
        ({"readings": [{"tag": 1, "source_time": EVENT["at"], "receive_time": EVENT["at"]}]}, "a number or a text"),
        ({"readings": [7]}, r"readings\[0\]: give an object"),
    ],
)
def test_what_is_wrong_is_named_by_its_place_and_nothing_is_done(box: Outbox, said: Any, why: str) -> None:
    readings = letters(box)[0]
    with pytest.raises(WrongShape, match=why):
        mend(box, readings, said)
    assert (len(letters(box)), box.next("live"), answer(box, {"do": "mended"})["kept"]) == (3, None, 0)


def test_what_is_of_another_connection_or_gone_cannot_be_mended(box: Outbox) -> None:
    *_own, other = letters(box)
    assert "form" not in other
    assert "none of this connection" in other["unmendable"]
    assert other["said"]["unmendable"]["say"] == NotMendable.message
    with pytest.raises(NotMendable):
        mend(box, other, "{}")
    with pytest.raises(NoSuchLetter):
        mend(box, {"name": "1-99"}, "{}")


def test_without_room_for_the_trail_nothing_is_mended(box: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending, "MOST_BYTES", 10)
    readings = letters(box)[0]
    mend(box, readings, readings["form"])  # the first one: there is no list yet
    event = letters(box)[0]
    with pytest.raises(TrailFull):
        mend(box, event, {**EVENT, "words": "short"})
    assert len(letters(box)) == 2


@given(
    st.lists(
        st.builds(
            Reading,
            st.integers(1, 2**31),
            st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
            st.just(NOON),
            st.floats(allow_nan=False) | st.just(float("inf")),
            st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9),
            st.integers(0, 2**32 - 1),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_form_that_nobody_changes_is_the_same_message(readings: list[Reading]) -> None:
    letter = DeadLetter(
        Record("floor.mill.readings.press-1", encode(batch_of(readings)), 1, 1, 0, len(readings)), "why"
    )
    again = mending.mended(letter, "press-1", form_of(letter, "press-1"))
    assert (readings_of(decode(again.data)), again.rows) == (readings, len(readings))
