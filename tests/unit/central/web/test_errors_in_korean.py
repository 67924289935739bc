"""Errors of the rooms below central are shown in the language of whoever is looking."""

from django.utils import translation

from hanmaru.floor.epc import MalformedEpc, decode


def test_a_sentence_of_one_case_is_translated_when_it_is_shown() -> None:
    caught = ""
    try:
        decode("3074")
    except MalformedEpc as error:
        with translation.override("ko"):
            caught = str(error)
        assert str(error).startswith("Tag number of 4 hex digits")  # noqa: PT017 - the same error in two languages
    assert caught.startswith("태그 번호가 4자리입니다")
