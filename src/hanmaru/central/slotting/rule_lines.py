"""Rules as people write them, a line each, to and from the keys of an instance.

A line is cut at tabs, as a spreadsheet's cells are when pasted, else at commas. What cannot be read is refused with the
number of the line.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from math import isfinite
from typing import Final

from django.utils.translation import gettext as _

_ENDS: Final = re.compile(r"\r\n|\r|\n")  # not what else Unicode calls the end of a line: a name may hold that


class LineWrong(ValueError):
    """A line that cannot be read; its sentence is for people."""


def lines_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """The number and the cells of every line in which something stands."""
    for number, line in enumerate(_ENDS.split(text), 1):
        cells = [cell.strip() for cell in line.split("\t" if "\t" in line else ",")]
        cells = [cell for cell in cells if cell]
        if cells:
            yield number, cells


def text_of(lines: Iterable[Sequence[object]]) -> str:
    """The same as text, to the last digit: at commas where no cell holds one. `lines_of` reads it back."""
    return "\n".join(_line([_shown(cell) for cell in line]) for line in lines)


def _line(cells: Sequence[str]) -> str:
    if not any("," in cell for cell in cells):
        return ", ".join(cells)
    return "\t".join(cells) if len(cells) > 1 else f"{cells[0]}\t"  # the tab says that its comma cuts nothing


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell)


def named(word: str, known: Collection[str]) -> str | None:
    """The name that a cell means, also where blanks around it were lost in the cell; None where there is none."""
    return word if word in known else next((name for name in known if name.strip() == word), None)


def material(number: int, word: str, known: Collection[str]) -> str:
    """A material's name. Raise LineWrong, with the nearest there is."""
    if (name := named(word, known)) is not None:
        return name
    near = get_close_matches(word, known, 1, 0.5)
    if near:
        raise LineWrong(
            _("Line %(line)s: there is no material %(name)s here. Is it %(near)s?")
            % {"line": number, "name": word, "near": near[0]}
        )
    raise LineWrong(_("Line %(line)s: there is no material %(name)s here.") % {"line": number, "name": word})


def figure(number: int, word: str) -> float:
    """A number of at least 0. Raise LineWrong."""
    try:
        found = float(word)
    except ValueError:
        found = -1.0
    if not isfinite(found) or found < 0:
        raise LineWrong(_("Line %(line)s: %(word)s is no number.") % {"line": number, "word": word})
    return found


def aisles(text: str) -> list[dict[str, object]]:
    """Aisles of an instance: a name, how far away, and the bins of each rack. Raise LineWrong."""
    found: list[dict[str, object]] = []
    for number, cells in lines_of(text):
        if len(cells) < 3:
            raise LineWrong(
                _("Line %(line)s: write the aisle, how far away it is, and the bins of each rack: A1, 5, 18, 18")
                % {"line": number}
            )
        racks = [figure(number, cell) for cell in cells[2:]]
        if wrong := next((cell for cell, bins in zip(cells[2:], racks, strict=True) if bins < 1 or bins % 1), None):
            raise LineWrong(_("Line %(line)s: %(word)s is no number of bins.") % {"line": number, "word": wrong})
        if any(one["id"] == cells[0] for one in found):
            raise LineWrong(_("Line %(line)s: %(name)s stands there twice.") % {"line": number, "name": cells[0]})
        found.append({"id": cells[0], "weight": figure(number, cells[1]), "racks": [int(bins) for bins in racks]})
    return found


def fixed(text: str, known: Collection[str], today: Mapping[str, float]) -> dict[str, float]:
    """Material -> the centre at which it stays: that of the line, else today's. Raise LineWrong."""
    found = {}
    for number, cells in lines_of(text):
        name = material(number, cells[0], known)
        if len(cells) > 1:
            found[name] = figure(number, cells[1])
        elif name in today:
            found[name] = today[name]
        else:
            raise LineWrong(
                _("Line %(line)s: where %(name)s lies now is not known. Write behind it where its middle is to be.")
                % {"line": number, "name": name}
            )
    return found


def stretches(text: str) -> list[dict[str, float]]:
    """Stretches from and to. Raise LineWrong."""
    found = []
    for number, cells in lines_of(text):
        if len(cells) != 2:
            raise LineWrong(
                _("Line %(line)s: write where it begins and where it ends, with a comma between.") % {"line": number}
            )
        begin, end = (figure(number, cell) for cell in cells)
        if begin >= end:
            raise LineWrong(_("Line %(line)s: it must end after it begins.") % {"line": number})
        found.append({"from": begin, "to": end})
    return found


def groups(text: str, known: Collection[str]) -> list[list[str]]:
    """Materials of a line belong together. Raise LineWrong."""
    found = []
    for number, cells in lines_of(text):
        if len(cells) < 2:
            raise LineWrong(_("Line %(line)s: name two materials or more, with commas between.") % {"line": number})
        found.append([material(number, cell, known) for cell in cells])
    return found


def pairs(text: str, known: Collection[str]) -> list[tuple[str, str, float | None]]:
    """Two materials, and a distance where one is written. Raise LineWrong."""
    found = []
    for number, cells in lines_of(text):
        if len(cells) not in (2, 3):
            raise LineWrong(_("Line %(line)s: name two materials, with a comma between.") % {"line": number})
        one, other = (material(number, cell, known) for cell in cells[:2])
        distance = figure(number, cells[2]) if len(cells) > 2 else None
        found.append((one, other, distance))
    return found


def figures(
    text: str, known: Collection[str], read: Callable[[int, str, Collection[str]], str] = material
) -> dict[str, float]:
    """Material, or what else ``read`` makes of a name, -> its figure. Raise LineWrong."""
    found = {}
    for number, cells in lines_of(text):
        if len(cells) != 2:
            raise LineWrong(_("Line %(line)s: write a name and a figure, with a comma between.") % {"line": number})
        name = read(number, cells[0], known)
        if name in found:
            raise LineWrong(_("Line %(line)s: %(name)s stands there twice.") % {"line": number, "name": name})
        found[name] = figure(number, cells[1])
    return found
