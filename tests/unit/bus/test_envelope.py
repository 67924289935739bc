"""The envelope on the wire."""

from datetime import UTC, datetime

import pytest

from hanmaru.bus.envelope import BadEnvelope, BadSubject, Envelope, decode


def test_an_envelope_comes_out_as_it_went_in() -> None:
    envelope = Envelope("order.shipped", {"number": "가-1", "lines": [1, {"x": None}]}, company=3)
    assert decode(envelope.encode()) == envelope
    assert datetime.now(UTC) >= envelope.time


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'{"id": "1"}',
        Envelope("a", {}).encode().replace(b'"payload":{}', b'"payload":1'),
        Envelope("a", {}).encode().replace(b'"company":null', b'"company":"x"'),
        Envelope("a", {}).encode().replace(b"+00:00", b""),
    ],
    ids=["nothing", "no text", "a list", "null", "an id alone", "payload", "company", "time without zone"],
)
def test_what_is_none_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(BadEnvelope):
        decode(data)


@pytest.mark.parametrize("subject", ["", ".", "a..b", "a.", "a.*", ">", "가", "a b"])
def test_a_subject_is_words_and_dots(subject: str) -> None:
    with pytest.raises(BadSubject):
        Envelope(subject, {})
