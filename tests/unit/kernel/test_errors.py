"""The base of all errors."""

import json
from copy import copy

import pytest

from hanmaru.kernel import errors
from hanmaru.kernel.errors import HanmaruError, Phrase, Phrases, Refused


class NotEnough(Refused):
    """Less than wanted."""

    code = "test.not_enough"
    message = "%(wanted)s wanted, %(free)s free"


class Lazy:
    """Text that is translated when it is read."""

    language = "en"

    def __str__(self) -> str:
        return {"en": "%(free)s free", "ko": "가용 %(free)s"}[self.language]


def test_an_error_tells_code_status_sentence_and_data() -> None:
    error = NotEnough(wanted=5, free=2)
    assert (error.code, error.status, str(error), error.data) == (
        "test.not_enough",
        409,
        "5 wanted, 2 free",
        {"wanted": 5, "free": 2},
    )


def test_the_sentence_is_read_in_the_language_of_the_moment() -> None:
    text = Lazy()
    error = NotEnough(text, free=2)
    assert str(error) == "2 free"
    text.language = "ko"
    assert str(error) == "가용 2"


def test_a_percent_sign_without_data_stays() -> None:
    assert str(HanmaruError("100 % sure")) == "100 % sure"


def test_phrases_within_a_sentence_are_said_in_its_language_and_travel_in_english(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = Phrases([Phrase("%(one)s fixed", one="P1 50 %"), Phrase("blocked bins")])
    said = {"%(one)s fixed": "%(one)s 고정", "blocked bins": "막힌 칸", "They clash: %(rules)s": "충돌: %(rules)s"}
    monkeypatch.setattr(errors, "_languages", [said.__getitem__])
    for told in (words, copy(words)):
        assert str(Refused("They clash: %(rules)s", rules=told)) == "충돌: P1 50 % 고정, 막힌 칸"
    assert json.dumps(words) == '"P1 50 % fixed, blocked bins"'
