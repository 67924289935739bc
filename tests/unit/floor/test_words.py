"""Sentences that know how they were made."""

import json
import pickle

from hypothesis import given
from hypothesis import strategies as st

from hanmaru.floor.words import NOTHING, foreign, forms, of_error, sentence
from hanmaru.gateway.errors import Reconfigure


def test_a_sentence_is_its_english_words_and_keeps_what_it_was_made_of() -> None:
    inner = sentence("unit %(number)s is silent", number=7)
    made = sentence("%(device)s: %(why)s", device="press", why=inner)
    assert made == "press: unit 7 is silent"
    assert made.form() == {
        "say": "%(device)s: %(why)s",
        "with": {"device": "press", "why": {"say": "unit %(number)s is silent", "with": {"number": "7"}}},
    }
    assert not NOTHING


def test_an_error_is_a_sentence_with_its_why_and_remedy_inside() -> None:
    error = Reconfigure(device="press", why=sentence("wrong password"), remedy=sentence("Change it"), extra=1)
    made = of_error(error)
    assert made == str(error) == "press: wrong password. Change it"
    assert made.form()["with"] == {
        "device": "press",
        "why": {"say": "wrong password", "with": {}},
        "remedy": {"say": "Change it", "with": {}},
        "extra": "1",
    }


def test_only_what_was_made_of_templates_has_a_form() -> None:
    assert forms(words="as it is", missing={"1": "as it is"}) == {}
    made = forms(words=sentence("a"), missing={"1": sentence("b"), "2": "c"}, plain="d")
    assert made == {"said": {"words": {"say": "a", "with": {}}, "missing": {"1": {"say": "b", "with": {}}}}}


@given(st.text())
def test_words_of_others_stay_as_they_are(words: str) -> None:
    made = foreign(words)
    assert made == words
    assert foreign(made) is made
    assert json.loads(json.dumps(made.form())) == {"say": "%(words)s", "with": {"words": words}}
    assert pickle.loads(pickle.dumps(made)).form() == made.form()  # noqa: S301 - our own
