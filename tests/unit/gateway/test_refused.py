"""What a person sees of the messages that the bus refused, and what sending again and dropping leave."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hanmaru.floor.reading import Reading, batch_of, encode
from hanmaru.floor.shapes import WrongShape
from hanmaru.gateway import refused
from hanmaru.gateway.dead_letters import DeadLetters
from hanmaru.gateway.outbox import Outbox, OutboxOverrun
from hanmaru.gateway.refused import NoSuchLetter, answer

SUBJECT = "floor.seongsu.readings.press-1"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MESSAGES = {
    SUBJECT: encode(batch_of([Reading(7, NOON, NOON, number=float("nan")), Reading(8, NOON, NOON, text="x" * 5000)])),
    "floor.seongsu.events.press-1": b'{"kind": "lost"}',
    "not a subject": b"\xff",
}


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def box(tmp_path: Path, told: list[str]) -> Any:
    made = Outbox(tmp_path / "press-1" / "outbox", "press-1", tell=lambda kind, _words, **_data: told.append(kind))
    for subject, data in MESSAGES.items():
        made.put(subject, data, rows=2 if subject == SUBJECT else 0)
    made.flush()
    while record := made.next("live"):
        made.bury(record, f"why {record.sequence}")
    told.clear()
    yield made
    made.close()


def sent(box: Outbox) -> list[bytes]:
    found = []
    while record := box.next("live"):
        found.append(record.data)
        box.done(record)
    return found


def names(box: Outbox) -> list[str]:
    return [one["name"] for one in answer(box, {"do": "dead"})["letters"]]


def test_the_list_says_of_each_what_it_is_and_why(box: Outbox, tmp_path: Path) -> None:
    found = answer(box, {"do": "dead"})
    assert [(one["what"], one["rows"], one["why"]) for one in found["letters"]] == [
        ("readings", 2, "why 1"),
        ("events", 0, "why 2"),
        ("not a subject", 0, "why 3"),
    ]
    assert (found["kept"], found["lost"]) == (3, 0)
    assert answer(box, {"do": "dead", "first": 2})["letters"] == found["letters"][2:]
    assert refused.counted(tmp_path) == {"press-1": 3}


def test_one_is_shown_with_what_it_says(box: Outbox) -> None:
    readings, event, rubbish = (answer(box, {"do": "dead_letter", "letter": name})["letter"] for name in names(box))
    assert [(row["tag"], row["number"], len(row["text"] or "")) for row in readings["readings"]] == [
        (7, "nan", 0),
        (8, None, 200),
    ]
    assert "2026-11-21 12:00:00" in readings["readings"][0]["source_time"]
    assert event["text"] == '{"kind": "lost"}'
    assert rubbish["text"] == "�"
    json.dumps([readings, event, rubbish], allow_nan=False)


def test_one_is_sent_again_and_the_others_stay(box: Outbox) -> None:
    first, second, third = names(box)
    assert answer(box, {"do": "resend", "letters": [second]}) == {"resent": 1}
    assert sent(box) == [b'{"kind": "lost"}']
    assert names(box) == [first, third]
    assert box.state().dead == 2


def test_dropping_is_told_and_sends_nothing(box: Outbox, told: list[str]) -> None:
    first, *others = names(box)
    assert answer(box, {"do": "drop", "letters": others}) == {"dropped": 2}
    assert (names(box), sent(box)) == ([first], [])
    assert told == ["outbox_letter_dropped"] * 2
    assert answer(box, {"do": "drop", "all": True}) == {"dropped": 1}
    assert (names(box), box.state().dead) == ([], 0)


@pytest.mark.parametrize("question", [{"letters": []}, {"letters": "1-1"}, {}, {"all": "yes"}])
def test_who_says_not_which_is_asked(box: Outbox, question: dict[str, Any]) -> None:
    with pytest.raises(WrongShape):
        answer(box, {"do": "drop", **question})
    assert box.state().dead == 3


def test_one_that_is_gone_is_told_and_nothing_is_done(box: Outbox) -> None:
    first, *_others = names(box)
    with pytest.raises(NoSuchLetter):
        answer(box, {"do": "resend", "letters": [first, "1-99"]})
    assert (len(names(box)), sent(box)) == (3, [])


def test_what_the_box_has_no_room_for_stays_on_the_list(box: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    put, count = box.put, iter(range(9))

    def two(subject: str, data: bytes, rows: int = 0) -> int:
        if next(count) == 2:
            raise OutboxOverrun(folder="x", why="full")
        return put(subject, data, rows)

    monkeypatch.setattr(box, "put", two)
    with pytest.raises(OutboxOverrun):
        answer(box, {"do": "resend", "all": True})
    assert len(sent(box)) == 2
    assert [one["what"] for one in answer(box, {"do": "dead"})["letters"]] == ["not a subject"]


def test_a_disk_that_refuses_the_shorter_list_loses_nothing(box: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_anything: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hanmaru.gateway.dead_letters.os.fsync", full)
    with pytest.raises(refused.NotForgotten, match="No space left"):
        answer(box, {"do": "drop", "all": True})
    assert (len(names(box)), box.state().dead) == (3, 3)


def test_a_line_that_a_crash_cut_off_is_left_out(box: Outbox, tmp_path: Path) -> None:
    file = tmp_path / "press-1" / "outbox" / refused.FILE
    file.write_bytes(file.read_bytes()[:-9])
    assert [letter.why for letter in DeadLetters(file)] == ["why 1", "why 2"]


def test_what_a_full_list_could_not_keep_is_counted(box: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hanmaru.gateway.dead_letters.MOST_BYTES", 10)
    box.put("s", b"too much")
    box.flush()
    record = box.next("live")
    assert record is not None
    box.bury(record, "list full")
    found = answer(box, {"do": "dead"})
    assert (found["kept"], found["lost"]) == (3, 1)
