"""The columns a sheet is expected to have, declared once for reading, for templates and for export."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from hanmaru.central.sheets import cells
from hanmaru.central.sheets.cells import Cell
from hanmaru.central.sheets.problems import Unreadable

Parser = Callable[[Cell], object]
"""Reads a cell that is not blank, or raises `Unreadable`."""

MOST_INTEGER = 1_000_000_000
MOST_MONEY = 1_000_000_000_000


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in code, its headers, how a cell is read.

    `required` asks for the column in the header and for a value in every row; where a cell may be
    empty, `default` stands in. `aliases` are further headers people use.
    """

    name: str
    korean: str
    english: str
    parse: Parser
    required: bool = False
    aliases: tuple[str, ...] = ()
    default: object = None

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header this column is known by."""
        return (self.korean, self.english, self.name, *self.aliases)


def folded(header: str) -> str:
    """Fold a header to what is compared: no case, width, spaces, signs; `가격 (원)*` and `가격(원)` are the same."""
    text = unicodedata.normalize("NFKC", cells.clean(header)).casefold()
    return re.sub(r"[\s_\-*.:/()\[\]]+", "", text)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the word of `known` written most alike, letter by letter: 수랑 and 수량 differ in one of five."""
    by_letters = {unicodedata.normalize("NFD", folded(other)): other for other in known}
    near = get_close_matches(unicodedata.normalize("NFD", folded(word)), by_letters, n=1, cutoff=0.7)
    return by_letters[near[0]] if near else None


def without_unit(header: str) -> str:
    """Drop what stands in brackets: `가격(원)` becomes `가격`."""
    return re.sub(r"[(\[（].*?[)\]）]", "", header)


def text(most: int = 200) -> Parser:
    """Text of at most `most` characters; barcodes and codes keep their digits."""

    def parse(cell: Cell) -> str:
        value = cells.words(cell)
        if len(value) > most:
            raise Unreadable("too_long", length=len(value), most=most)
        return value

    return parse


def integer(least: int = 0, most: int = MOST_INTEGER) -> Parser:
    """Whole number from `least` to `most`."""

    def parse(cell: Cell) -> int:
        value = _bounded(cells.number(cell), least, most)
        if value != value.to_integral_value():
            raise Unreadable("not_whole", value=cells.shown(cell))
        return int(value)

    return parse


def decimal(least: int | Decimal = 0, most: int | Decimal = MOST_INTEGER, places: int = 3) -> Parser:
    """Decimal number from `least` to `most` with at most `places` digits after the point."""

    def parse(cell: Cell) -> Decimal:
        value = _bounded(cells.number(cell), least, most)
        if value != round(value, places):
            raise Unreadable("places", value=cells.shown(cell), most=places)
        return value

    return parse


def money(exponent: int = 0, least: int = 0, most: int = MOST_MONEY) -> Parser:
    """Amount as an integer of the minor unit; won has `exponent` 0, euro 2. Bounds are in the major unit."""
    sign = re.compile(r"^(?:KRW|₩|￦|\\|원)\s*|\s*(?:KRW|원)$", re.IGNORECASE)

    def parse(cell: Cell) -> int:
        bare = sign.sub("", cells.clean(cell)) if isinstance(cell, str) else cell
        if cells.is_blank(bare):
            raise Unreadable("not_a_number", value=cells.shown(cell))
        value = _bounded(cells.number(bare), least, most).scaleb(exponent)
        if value != value.to_integral_value():
            raise Unreadable("places" if exponent else "not_whole", value=cells.shown(cell), most=exponent)
        return int(value)

    return parse


def day(least: date = date(1990, 1, 1), most: date = date(2200, 1, 1)) -> Parser:
    """Date from `least` to `most`."""

    def parse(cell: Cell) -> date:
        value = cells.day(cell)
        if value < least:
            raise Unreadable("too_small", value=value.isoformat(), least=least.isoformat())
        if value > most:
            raise Unreadable("too_large", value=value.isoformat(), most=most.isoformat())
        return value

    return parse


def choice(choices: Mapping[object, Sequence[str]]) -> Parser:
    """One of `choices`, each value with the words people write for it; the first word is shown in messages."""
    by_word = {folded(word): value for value, words in choices.items() for word in words}
    offered = [words[0] for words in choices.values()]

    def parse(cell: Cell) -> object:
        seen = cells.words(cell)
        word = folded(seen)
        if word in by_word:
            return by_word[word]
        shown = ", ".join(offered)
        if near := nearest(seen, offered):
            raise Unreadable("nearest_choice", value=seen, nearest=near, choices=shown)
        raise Unreadable("not_a_choice", value=seen, choices=shown)

    return parse


def _bounded(value: Decimal, least: int | Decimal, most: int | Decimal) -> Decimal:
    """Check the bounds before anything is computed with the number: 1E+999 must not be written out."""
    if value < least:
        raise Unreadable("too_small", value=_brief(value), least=least)
    if value > most:
        raise Unreadable("too_large", value=_brief(value), most=most)
    return value


def _brief(value: Decimal) -> str:
    return f"{value:f}" if -30 < value.adjusted() < 30 else f"{value:.3E}"
