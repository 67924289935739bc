"""What moves from today's place to the plan's, as a list to print and tick off."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.kitting.build import bins_in
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem, Place
from hanmaru.decide.slotting.pictures.words import Words, figure

STILL: Final = 1e-6
"""Share of a strip's length by which a centre may differ and the material still counts as lying where it was."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One material that lies elsewhere from now on; places in words, `by` the way along the strip or nothing."""

    material: str
    came_from: str
    goes_to: str
    by: str


def moves_along(problem: BulkProblem, plan: BulkPlan, language: str) -> list[Moved]:
    """Answer what moves along a strip, from its left end to its right by the new places."""
    say, before = Words(language), problem.today or {}
    found = []
    for key, centre in sorted(plan.positions.items(), key=lambda item: item[1]):
        was = before.get(key)
        goes_to = " · ".join((*_on(plan.strips, key), figure(centre)))
        if was is None:
            found.append(Moved(key, say("nowhere"), goes_to, ""))
            continue
        stays = len(problem.strips) < 2 or problem.today_strips.get(key) == plan.strips.get(key)
        if abs(was - centre) > STILL * problem.length or not stays:
            came_from = " · ".join((*_on(problem.today_strips, key), figure(was)))
            arrow = "→" if centre > was else "←"
            found.append(Moved(key, came_from, goes_to, f"{arrow} {figure(abs(centre - was))}" if stays else "⇅"))
    return found


def moves_inside(problem: KittingProblem, plan: KittingPlan, language: str) -> list[Moved]:
    """Answer what moves inside a store, by aisle, rack and bin of the new places."""
    say, before = Words(language), problem.today or {}
    index = {material.key: i for i, material in enumerate(problem.materials)}
    found = []
    order = sorted(plan.places.items(), key=lambda item: (item[1].aisle, item[1].rack, item[1].first_bin))
    for key, place in order:
        was = before.get(key)
        if was != place:
            came_from = say("nowhere") if was is None else _told(problem, was, bins_in(problem, index[key], was), say)
            found.append(Moved(key, came_from, _told(problem, place, bins_in(problem, index[key], place), say), ""))
    return found


def listed(moves: list[Moved], materials: int, language: str) -> str:
    """Answer the list as HTML: a heading and a table whose rows have a box to tick."""
    say = Words(language)
    if not moves:
        return f"<h2>{say('moves')}</h2><p>{say('stays')}</p>"
    far = any(move.by for move in moves)
    heads = ["done", "material", "from", "to", *(["by"] if far else [])]
    head = "".join(f'<th scope="col">{say(name)}</th>' for name in heads)
    rows = "".join(_row(move, far=far) for move in moves)
    note = say("moves_note", moved=len(moves), all=materials)
    return f"<h2>{say('moves')}</h2><p>{note}</p><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(move: Moved, *, far: bool) -> str:
    cells = [move.came_from, move.goes_to, *([move.by] if far else [])]
    rest = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr><td class="box"></td><th scope="row">{escape(move.material)}</th>{rest}</tr>'


def _on(strips: Mapping[str, str], key: str) -> tuple[str, ...]:
    return (strips[key],) if key in strips else ()


def _told(problem: KittingProblem, place: Place, bins: int, say: Words) -> str:
    """Say a place as people count: racks and bins from 1."""
    first, facts = place.first_bin + 1, {"aisle": problem.aisles[place.aisle].key, "rack": place.rack + 1}
    if bins == 1:
        return say("place", first=first, **facts)
    return say("places", first=first, last=place.first_bin + bins, **facts)
