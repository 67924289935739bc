"""Undo a keyboard slip: a scanner types Latin keys while the machine is set to Korean (two-set, KS X 5002).

A scanner that plays a keyboard sends key presses. With the Korean input method on, the keys H M arrive as ㅗㅡ, and R K
as the one syllable 가. The keys can be told from the letters without loss, except for the case of most of them.
"""

from typing import Final

_INITIALS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS: Final = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS: Final = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FIRST_SYLLABLE: Final = 0xAC00
_LAST_SYLLABLE: Final = 0xD7A3

_KEYS: Final = dict(
    zip(
        "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ",
        "QWERTYUIOPASDFGHJKLZXCVBNMQWERTOP",
        strict=True,
    )
) | {
    "ㅘ": "HK", "ㅙ": "HO", "ㅚ": "HL", "ㅝ": "NJ", "ㅞ": "NP", "ㅟ": "NL", "ㅢ": "ML",
    "ㄳ": "RT", "ㄵ": "SW", "ㄶ": "SG", "ㄺ": "FR", "ㄻ": "FA",
    "ㄼ": "FQ", "ㄽ": "FT", "ㄾ": "FX", "ㄿ": "FV", "ㅀ": "FG", "ㅄ": "QT",
}  # fmt: skip


def latin_keys(text: str) -> str:
    """Answer the keys that were pressed, letters as capitals; characters that are not Hangul stay as they are."""
    return "".join(_keys(character) for character in text).upper()


def _keys(character: str) -> str:
    place = ord(character) - _FIRST_SYLLABLE
    if not 0 <= place <= _LAST_SYLLABLE - _FIRST_SYLLABLE:
        return _KEYS.get(character, character)
    initial, rest = divmod(place, len(_VOWELS) * len(_FINALS))
    vowel, final = divmod(rest, len(_FINALS))
    return _KEYS[_INITIALS[initial]] + _KEYS[_VOWELS[vowel]] + _KEYS.get(_FINALS[final], "")
