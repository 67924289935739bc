"""What can be wrong with one cell or row: a code for programs, a sentence and a remedy for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Problem(NamedTuple):
    """A sentence and its remedy, lazily translated, with `%(name)s` placeholders filled from the data."""

    sentence: object
    remedy: object


PROBLEMS: Mapping[str, Problem] = {
    "missing": Problem(_("The cell is empty."), _("Fill it in.")),
    "too_long": Problem(_("The text has %(length)s characters, more than %(most)s."), _("Shorten it.")),
    "not_a_number": Problem(_("“%(value)s” is not a number."), _("Write digits only, for example 1200.")),
    "separator": Problem(
        _("The comma in “%(value)s” does not stand before three digits."),
        _("Write the number without commas, for example 1200 or 12.5."),
    ),
    "not_whole": Problem(_("“%(value)s” is not a whole number."), _("Write it without decimals.")),
    "places": Problem(_("“%(value)s” has more than %(most)s digits after the point."), _("Round the number.")),
    "too_small": Problem(_("%(value)s is smaller than %(least)s."), _("Write %(least)s or more.")),
    "too_large": Problem(_("%(value)s is larger than %(most)s."), _("Write %(most)s or less.")),
    "not_a_date": Problem(_("“%(value)s” is not a date."), _("Write it like 2026-11-21.")),
    "short_year": Problem(_("The year in “%(value)s” has only two digits."), _("Write it like 2026-11-21.")),
    "became_date": Problem(
        _("The spreadsheet program has turned this cell into a date (%(value)s)."),
        _("Format the column as text and type it again."),
    ),
    "shortened": Problem(
        _("The spreadsheet program has shortened this number to %(value)s."),
        _("Format the column as text and type all the digits again."),
    ),
    "not_a_choice": Problem(_("“%(value)s” is not one of the choices."), _("Write one of: %(choices)s.")),
    "nearest_choice": Problem(
        _("“%(value)s” is not one of the choices. Did you mean “%(nearest)s”?"), _("Write one of: %(choices)s.")
    ),
    "formula_error": Problem(_("The formula in this cell gives the error %(value)s."), _("Mend the formula.")),
    "extra_cells": Problem(
        _("The row has more cells than the header."),
        _("Put a text that contains the separator in double quotes."),
    ),
    "unknown_column": Problem(
        _("We do not know the column “%(column)s”; it is not read."), _("Delete it or leave it.")
    ),
    "nearest_column": Problem(
        _("We do not know the column “%(column)s”; it is not read. Did you mean “%(nearest)s”?"), _("Rename it if so.")
    ),
}
"""All problems by code. Codes are never renamed: refused rows keep them."""


class Unreadable(ValueError):
    """Raised by a parser: the cell cannot be read. `code` is a key of `PROBLEMS`, `data` fills its text."""

    def __init__(self, code: str, **data: object) -> None:
        """Keep the code and the data."""
        super().__init__(code)
        self.code = code
        self.data = data


class _Explained:
    """What has a code of `PROBLEMS` and its data says both in the language of whoever is looking."""

    __slots__ = ()
    code: str
    data: Mapping[str, object]

    @property
    def sentence(self) -> str:
        """What is wrong."""
        return str(PROBLEMS[self.code].sentence) % self.data

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return str(PROBLEMS[self.code].remedy) % self.data


@dataclass(frozen=True)
class RowError(_Explained):
    """One thing wrong with one row; a row with several has several. The row is not read.

    `row` counts as the spreadsheet program shows it, from 1; `column` is the header as the person
    wrote it, empty when the whole row is meant; `values` is the row as handed in, header -> text.
    """

    row: int
    column: str
    code: str
    data: Mapping[str, object] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Note(_Explained):
    """Something about the whole sheet worth knowing that does not stop it being read."""

    column: str
    code: str
    data: Mapping[str, object] = field(default_factory=dict)
