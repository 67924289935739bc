"""Errors of the rooms below central are shown in the language of whoever is looking."""

import pytest
from django.utils import translation

from hanmaru.floor.epc import MalformedEpc, decode


def test_a_sentence_of_one_case_is_translated_when_it_is_shown() -> None:
    with pytest.raises(MalformedEpc) as caught:
        decode("3074")
    with translation.override("ko"):
        assert str(caught.value).startswith("태그 번호가 4자리입니다")
    with translation.override("en"):
        assert str(caught.value).startswith("Tag number of 4 hex digits")
