"""Messages between reader and warehouse: strict shapes, and a session that counts nothing twice."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanmaru.floor import reads as protocol
from hanmaru.floor.reader_session import ReaderSession
from hanmaru.floor.reads import Ack, Answer, Answers, Hello, Ping, Problem, PutTo, Read, Reads, Welcome
from hanmaru.floor.shapes import LARGEST_INTEGER, WrongShape
from hanmaru.kernel.errors import HanmaruError, Unavailable

NOON = datetime(2026, 11, 21, 12, 0, 0, 123000, tzinfo=UTC)
TAG = "3074257BF7194E4000001A85"

TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=64)
SEQUENCES = st.integers(1, LARGEST_INTEGER)
READS = st.builds(
    Read, SEQUENCES, TEXTS, st.integers(1, 255), st.none() | st.floats(-200, 50), st.datetimes(timezones=st.just(UTC))
)
ANSWERS = st.builds(
    Answer,
    SEQUENCES,
    TEXTS,
    st.sampled_from(["known", "unknown", "malformed", "foreign", "repeat"]),
    TEXTS,
    st.none() | TEXTS,
    st.none() | TEXTS,
    st.none() | st.integers(0, LARGEST_INTEGER),
    st.none() | st.builds(PutTo, TEXTS, TEXTS),
    st.none() | TEXTS,
)
CLIENT = (
    st.builds(Hello, st.integers(1, 999), TEXTS, SEQUENCES, SEQUENCES)
    | st.builds(Reads, st.lists(READS, max_size=5).map(tuple))
    | st.just(Ping())
)
SERVER = (
    st.builds(Welcome, SEQUENCES)
    | st.builds(Answers, st.lists(ANSWERS, max_size=5).map(tuple))
    | st.builds(Ack, SEQUENCES)
    | st.builds(Problem, TEXTS, TEXTS)
)


@given(CLIENT)
def test_client_messages_round_trip(message: protocol.ClientMessage) -> None:
    assert protocol.decode_client(protocol.encode(message)) == message


@given(SERVER)
def test_server_messages_round_trip(message: protocol.ServerMessage) -> None:
    assert protocol.decode_server(protocol.encode(message)) == message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["type", "reads", "epc", "protocol"]), inner),
)


@given(st.text() | st.binary() | JSON.map(json.dumps))
def test_any_text_is_a_message_or_our_error(text: str | bytes) -> None:
    for decode in (protocol.decode_client, protocol.decode_server):
        try:
            decode(text)
        except WrongShape as error:
            assert str(error)  # noqa: PT017 - either outcome is right


def _read(**changes: object) -> dict[str, object]:
    plain = {"sequence": 1, "epc": TAG, "antenna": 1, "rssi_dbm": -51.5, "read_at": "2026-11-21T12:00:00.123+00:00"}
    return plain | changes


def _without(name: str) -> dict[str, object]:
    return {key: value for key, value in _read().items() if key != name}


@pytest.mark.parametrize(
    ("read", "field", "word"),
    [
        (_read(sequence=0), "reads[0].sequence", "give 1 to"),
        (_read(sequence="1"), "reads[0].sequence", "whole number"),
        (_read(sequence=True), "reads[0].sequence", "whole number"),
        (_read(sequence=1.0), "reads[0].sequence", "whole number"),
        (_read(sequence=2**53), "reads[0].sequence", "give 1 to"),
        (_read(epc=None), "reads[0].epc", "give a text"),
        (_read(epc="A" * 129), "reads[0].epc", "129 characters, at most 128"),
        (_read(epc="\ud800"), "reads[0].epc", "valid Unicode"),
        (_read(antenna=256), "reads[0].antenna", "1 to 255"),
        (_read(rssi_dbm=-201), "reads[0].rssi_dbm", "-200 to 50"),
        (_read(rssi_dbm="loud"), "reads[0].rssi_dbm", "a number"),
        (_read(read_at="yesterday"), "reads[0].read_at", "UTC"),
        (_read(read_at="2026-11-21T12:00:00"), "reads[0].read_at", "UTC"),
        (_read(read_at="2026-11-21T21:00:00+09:00"), "reads[0].read_at", "UTC"),
        (_read(read_at=1), "reads[0].read_at", "UTC"),
        (_read(colour="red"), "reads[0].colour", "no such field"),
        (_without("epc"), "reads[0].epc", "missing"),
        ([], "reads[0]", "give an object"),
    ],
)
def test_a_wrong_field_is_named(read: object, field: str, word: str) -> None:
    with pytest.raises(WrongShape) as caught:
        protocol.decode_client(json.dumps({"type": "reads", "reads": [read]}))
    assert caught.value.data["field"] == f"message.{field}"
    assert word in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        "[" * 100_000,
        '{"type": "ping", "type": "ping"}',
        '{"type": NaN}',
        '{"type": "welcome", "acknowledged": 1}',
        '{"type": "reads"}',
        '{"type": "reads", "reads": {}}',
        '{"type": "hello", "protocol": 1, "reader": "a", "epoch": ' + "9" * 5000 + ', "last_sequence": 0}',
        json.dumps({"type": "reads", "reads": [_read(sequence=n) for n in range(1, 202)]}),
        '{"type": "ping"}' + " " * protocol.MAX_MESSAGE_BYTES,
        b"\xff\xfe{",
    ],
)
def test_wrong_messages(text: str | bytes) -> None:
    with pytest.raises(WrongShape):
        protocol.decode_client(text)


def test_a_message_out_of_bounds_is_never_sent() -> None:
    with pytest.raises(WrongShape, match=r"message\.sequence"):
        protocol.encode(Ack(-1))


def test_the_largest_batch_fits_the_largest_message() -> None:
    reads = tuple(Read(LARGEST_INTEGER - n, "\\" * 128, 255, -100.123456789, NOON) for n in range(protocol.MAX_READS))
    assert len(protocol.encode(Reads(reads)).encode()) <= protocol.MAX_MESSAGE_BYTES


class LedgerDesk:
    """A desk in memory: keeps reads by (epoch, sequence), answers what it kept."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, int], Read] = {}
        self.failure: HanmaruError | None = None

    def acknowledged(self, epoch: int) -> int:
        return max((sequence for kept, sequence in self.kept if kept == epoch), default=0)

    def resolve(self, epoch: int, reads: Sequence[Read]) -> Sequence[Answer]:
        if self.failure:
            raise self.failure
        for read in reads:
            self.kept.setdefault((epoch, read.sequence), read)
        return [
            Answer(read.sequence, read.epc, "known", "Put it on A-1", put_to=PutTo("A-1", "Aisle A")) for read in reads
        ]


HELLO = protocol.encode(Hello(1, "Gate", 77, 0))


def _batch(*sequences: int) -> str:
    return protocol.encode(Reads(tuple(Read(sequence, TAG, 1, None, NOON) for sequence in sequences)))


def test_a_session_from_hello_to_ack() -> None:
    desk = LedgerDesk()
    session = ReaderSession(desk)
    assert session.feed(HELLO) == (Welcome(0),)
    answers, ack = session.feed(_batch(1, 2, 5))
    assert isinstance(answers, Answers)
    assert [one.sequence for one in answers.answers] == [1, 2, 5]
    assert ack == Ack(5)
    assert session.feed(protocol.encode(Ping())) == (Ack(5),)
    assert session.feed(protocol.encode(Reads(()))) == (Ack(5),)
    assert not session.over
    assert sorted(desk.kept) == [(77, 1), (77, 2), (77, 5)]


def test_a_resend_on_the_next_connection_is_answered_and_counts_nothing_twice() -> None:
    desk = LedgerDesk()
    first = ReaderSession(desk)
    first.feed(HELLO)
    first.feed(_batch(1, 2, 3))
    second = ReaderSession(desk)
    assert second.feed(HELLO) == (Welcome(3),)
    answers, ack = second.feed(_batch(2, 3, 4))
    assert isinstance(answers, Answers)
    assert [one.sequence for one in answers.answers] == [2, 3, 4]
    assert ack == Ack(4)
    assert len(desk.kept) == 4
    third = ReaderSession(desk)
    third.feed(HELLO)
    assert third.feed(_batch(1))[1] == Ack(4), "an acknowledgement never goes back"


def test_a_new_epoch_counts_from_the_start() -> None:
    desk = LedgerDesk()
    first = ReaderSession(desk)
    first.feed(HELLO)
    first.feed(_batch(1))
    assert ReaderSession(desk).feed(protocol.encode(Hello(1, "Gate", 78, 0))) == (Welcome(0),)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ([_batch(1)], "reader.hello_first"),
        ([HELLO, HELLO], "reader.hello_first"),
        ([protocol.encode(Hello(2, "Gate", 77, 0))], "reader.protocol"),
        ([HELLO, _batch(2, 1)], "reader.out_of_order"),
        ([HELLO, _batch(2, 2)], "reader.out_of_order"),
        ([HELLO, "rubbish"], "message.shape"),
    ],
)
def test_an_error_ends_the_session_and_keeps_nothing(said: list[str], code: str) -> None:
    desk = LedgerDesk()
    session = ReaderSession(desk)
    out: tuple[Any, ...] = ()
    for text in said:
        out = session.feed(text)
    (problem,) = out
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert session.over
    assert desk.kept == {}


def test_a_desk_that_cannot_keep_is_reported_and_the_reads_can_come_again() -> None:
    desk = LedgerDesk()
    desk.failure = Unavailable("The database does not answer: try again later")
    session = ReaderSession(desk)
    session.feed(HELLO)
    (problem,) = session.feed(_batch(1))
    assert problem == Problem("unavailable", "The database does not answer: try again later")
    assert session.over
    desk.failure = None
    again = ReaderSession(desk)
    assert again.feed(HELLO) == (Welcome(0),)
    assert again.feed(_batch(1))[1] == Ack(1)
