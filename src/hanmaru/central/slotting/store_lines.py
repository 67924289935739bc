"""Rules of a store as people write them, a line each. Racks and bins are counted from 1, levels from 0, the floor."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from hanmaru.central.slotting.rule_lines import LineWrong, figure, lines_of, material, named

T = TypeVar("T")
Racks = Mapping[str, Sequence[int]]
"""Bins of every rack, by aisle."""
Rack = tuple[str, int]
"""Aisle and rack, the rack from 0."""
_LARGEST = 1_000_000
NONE = "-"
"""Stands where a figure would, and there is none."""


def aisle(number: int, word: str, known: Collection[str]) -> str:
    """An aisle's name. Raise LineWrong."""
    if (name := named(word, known)) is None:
        raise LineWrong(_("Line %(line)s: there is no aisle %(name)s here.") % {"line": number, "name": word})
    return name


def whole(number: int, word: str, least: int = 1) -> int:
    """A whole number. Raise LineWrong."""
    if not word.isdecimal() or len(word) > 7 or not least <= int(word) <= _LARGEST:
        raise LineWrong(
            _("Line %(line)s: %(word)s must be a whole number from %(least)s to %(most)s.")
            % {"line": number, "word": word, "least": least, "most": _LARGEST}
        )
    return int(word)


def rack(number: int, cells: Sequence[str], racks: Racks) -> Rack:
    """The rack that two cells name. Raise LineWrong."""
    name = aisle(number, cells[0], racks)
    found = whole(number, cells[1])
    if found > len(racks[name]):
        raise LineWrong(
            _("Line %(line)s: the aisle %(aisle)s has no rack %(rack)s; its racks are 1 to %(last)s.")
            % {"line": number, "aisle": name, "rack": found, "last": len(racks[name])}
        )
    return name, found - 1


def aisles(text: str, known: Collection[str], aisle_names: Collection[str]) -> dict[str, list[str]]:
    """Material -> aisles. Raise LineWrong."""
    found: dict[str, list[str]] = {}
    for number, cells in lines_of(text):
        name = material(number, cells[0], known)
        if len(cells) < 2:
            raise LineWrong(_("Line %(line)s: name an aisle behind the material.") % {"line": number})
        found.setdefault(name, []).extend(aisle(number, cell, aisle_names) for cell in cells[1:])
    return found


def single_racks(text: str, known: Collection[str], racks: Racks) -> dict[str, list[Rack]]:
    """Material -> racks. Raise LineWrong."""
    found: dict[str, list[Rack]] = {}
    for number, cells in lines_of(text):
        if len(cells) < 3:
            raise LineWrong(
                _("Line %(line)s: write with commas between: %(form)s.")
                % {"line": number, "form": _("material, aisle, rack")}
            )
        at = found.setdefault(material(number, cells[0], known), [])
        at.extend(rack(number, [cells[1], cell], racks) for cell in cells[2:])
    return found


def staying(text: str, known: Collection[str], today: Mapping[str, Any], racks: Racks) -> dict[str, Any]:
    """Material -> the place at which it stays, as JSON has it: that of the line, else today's. Raise LineWrong."""
    found = {}
    for number, cells in lines_of(text):
        if len(cells) == 4 and named(cells[1], racks) is not None and cells[2].isdecimal() and cells[3].isdecimal():
            at = rack(number, cells[1:3], racks)
            place = {"aisle": at[0], "rack": at[1], "first_bin": whole(number, cells[3]) - 1}
            found[material(number, cells[0], known)] = place
            continue
        for cell in cells:
            name = material(number, cell, known)
            if name not in today:
                raise LineWrong(
                    _(
                        "Line %(line)s: where %(name)s lies now is not known, or it lies in pieces. "
                        "Write aisle, rack and first bin behind it."
                    )
                    % {"line": number, "name": name}
                )
            found[name] = today[name]
    return found


def blocked(text: str, racks: Racks) -> list[tuple[Rack, int, int]]:
    """Rack, first bin from 0 and number of bins, of bins that stay free. Raise LineWrong."""
    found = []
    for number, cells in _cut(text, 4, _("aisle, rack, first bin, last bin")):
        at = rack(number, cells, racks)
        first, last = whole(number, cells[2]), whole(number, cells[3])
        has = racks[at[0]][at[1]]
        if first > last or last > has:
            raise LineWrong(
                _("Line %(line)s: this rack has the bins 1 to %(has)s; write the first, then the last.")
                % {"line": number, "has": has}
            )
        found.append((at, first - 1, last - first + 1))
    return found


def above(text: str, racks: Racks) -> dict[Rack, int]:
    """Rack -> its level above the floor. Raise LineWrong."""
    return _once(
        (number, f"{cells[0]}, {cells[1]}", rack(number, cells, racks), _level(number, cells[2], 1))
        for number, cells in _cut(text, 3, _("aisle, rack, level"))
    )


def sizes(text: str, racks: Racks) -> dict[Rack, str]:
    """Rack -> the size of its bins. Raise LineWrong."""
    return _once(
        (number, f"{cells[0]}, {cells[1]}", rack(number, cells, racks), cells[2])
        for number, cells in _cut(text, 3, _("aisle, rack, size"))
    )


def levels(text: str) -> dict[int, dict[str, float]]:
    """Level -> the heaviest that may lie there and what a pick there costs more, where they are told. LineWrong."""
    return _once(
        (
            number,
            cells[0],
            _level(number, cells[0], 0),
            {
                key: figure(number, cell)
                for key, cell in zip(("heaviest", "cost"), cells[1:], strict=True)
                if cell != NONE
            },
        )
        for number, cells in _cut(text, 3, _("level, heaviest or -, cost of a pick or -"))
    )


def needs(text: str, known: Collection[str], there: Collection[str]) -> dict[str, dict[str, int]]:
    """Material -> size -> how many bins of it; the sizes are those that racks have. Raise LineWrong."""
    found: dict[str, dict[str, int]] = {}
    for number, cells in _cut(text, 3, _("material, size, number of bins")):
        name = material(number, cells[0], known)
        if cells[1] not in there:
            raise LineWrong(
                _("Line %(line)s: no rack has bins of the size %(size)s. Tell above which rack has them.")
                % {"line": number, "size": cells[1]}
            )
        sizes = found.setdefault(name, {})
        _not_twice(number, f"{name}, {cells[1]}", cells[1], sizes)
        sizes[cells[1]] = whole(number, cells[2])
    return found


def depots(text: str, aisle_names: Collection[str]) -> dict[str, dict[str, float]]:
    """In/out point -> aisle -> how far it is; each must tell all aisles. Raise LineWrong."""
    found: dict[str, dict[str, float]] = {}
    begun: dict[str, int] = {}
    for number, cells in _cut(text, 3, _("in/out point, aisle, how far")):
        begun.setdefault(cells[0], number)
        name, ways = aisle(number, cells[1], aisle_names), found.setdefault(cells[0], {})
        _not_twice(number, f"{cells[0]}, {name}", name, ways)
        ways[name] = figure(number, cells[2])
    for name, ways in found.items():
        missing = [one for one in aisle_names if one not in ways]
        if missing:
            raise LineWrong(
                _("Line %(line)s: %(name)s needs a line for every aisle; %(aisle)s is missing.")
                % {"line": begun[name], "name": name, "aisle": missing[0]}
            )
    return found


def depot_of(text: str, kits: Collection[str], there: Collection[str]) -> dict[str, str]:
    """Kit -> the in/out point from which it is picked. Raise LineWrong."""

    def known(number: int, word: str, names: Collection[str], words: str) -> str:
        if (name := named(word, names)) is None:
            raise LineWrong(words % {"line": number, "name": word})
        return name

    no_kit = _("Line %(line)s: there is no kit %(name)s here.")
    no_depot = _("Line %(line)s: there is no in/out point %(name)s. Tell above how far it is.")
    return _once(
        (number, cells[0], known(number, cells[0], kits, no_kit), known(number, cells[1], there, no_depot))
        for number, cells in _cut(text, 2, _("kit, in/out point"))
    )


def _level(number: int, word: str, least: int) -> int:
    found = whole(number, word, least)
    if found > 1000:
        raise LineWrong(_("Line %(line)s: levels go up to 1000.") % {"line": number})
    return found


def _cut(text: str, count: int, form: str) -> Iterator[tuple[int, list[str]]]:
    """The lines, each with so many cells. Raise LineWrong, with what a line must have."""
    for number, cells in lines_of(text):
        if len(cells) != count:
            raise LineWrong(_("Line %(line)s: write with commas between: %(form)s.") % {"line": number, "form": form})
        yield number, cells


K = TypeVar("K")


def _once(lines: Iterator[tuple[int, str, K, T]]) -> dict[K, T]:
    """Key -> value; a key that stands there twice is refused. Raise LineWrong."""
    found: dict[K, T] = {}
    for number, words, key, value in lines:
        _not_twice(number, words, key, found)
        found[key] = value
    return found


def _not_twice(number: int, words: str, key: K, found: Mapping[K, object]) -> None:
    if key in found:
        raise LineWrong(_("Line %(line)s: %(name)s stands there twice.") % {"line": number, "name": words})
