"""Short codes from words: "실버 925" becomes SILBEO925, so that a SKU can be printed as any barcode.

Hangul is written by the Revised Romanization letter by letter (table of the National Institute of Korean Language,
section 2; its sound changes between syllables are left out: a code has to be stable, not spoken).
"""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

MOST: Final = 12
"""Characters of a value's code."""

_FIRST: Final = "g kk n d tt r m b pp s ss - j jj ch k t p h"
_MIDDLE: Final = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"
_LAST: Final = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t"
_LETTERS: Final = tuple([part.strip("-") for part in letters.split()] for letters in (_FIRST, _MIDDLE, _LAST))


def romanised(text: str) -> str:
    """Hangul syllables as Latin letters; other characters stay as they are."""
    return "".join(map(_letter, unicodedata.normalize("NFC", text)))


def _letter(character: str) -> str:
    place = ord(character) - 0xAC00
    if not 0 <= place < 11172:
        return character
    first, middle, last = _LETTERS
    return first[place // 588] + middle[place % 588 // 28] + last[place % 28]


def code_of(text: str, taken: Collection[str] = ()) -> str:
    """A code of at most :data:`MOST` capital letters and digits for a word, different from those taken."""
    plain = unicodedata.normalize("NFKD", romanised(text))
    code = re.sub(r"[^A-Z0-9]", "", plain.upper())[:MOST] or "X"
    tried, number = code, 2
    while tried in taken:
        tried = f"{code[: MOST - len(str(number))]}{number}"
        number += 1
    return tried
