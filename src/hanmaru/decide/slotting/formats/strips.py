"""The strips of bulk supply: one, or several on both sides of a way; what is free of them, and whether it holds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from hanmaru.decide.slotting.bulk.problem import BulkRules, Material, Strip
from hanmaru.decide.slotting.errors import DuplicateId, MaterialTooWide, OutsideStrip, TooWide
from hanmaru.decide.slotting.formats.conform import shown, wrong

TOLERANCE: Final = 1e-9
"""Share of the strip's length that sums of written numbers may be off: 0.1 + 0.2 is more than 0.3."""

Stretch = tuple[float, float]


def strips_of(entries: Iterable[Mapping[str, Any]], length: float) -> tuple[Strip, ...]:
    """Answer the strips that an instance has; none when it has only the one from 0 to `length`."""
    strips: list[Strip] = []
    for place, entry in enumerate(entries):
        key, ends = f"strips[{place}]", (float(entry["from"]), float(entry["to"]))
        if entry["id"] in {strip.key for strip in strips}:
            raise DuplicateId(key=f"{key}.id", id=entry["id"])
        check_forbidden(key, [ends], (0.0, length), numbered=False)
        forbidden = stretches_of(entry.get("forbidden", ()))
        check_forbidden(f"{key}.forbidden", forbidden, ends)
        strips.append(Strip(entry["id"], *ends, float(entry.get("detour", 0)), forbidden))
    return tuple(strips)


def strips_document(strips: Iterable[Strip]) -> list[dict[str, Any]]:
    """Answer strips as JSON has them."""
    return [
        {
            "id": strip.key,
            "from": strip.begin,
            "to": strip.end,
            "detour": strip.detour,
            "forbidden": stretches_document(strip.forbidden),
        }
        for strip in strips
    ]


def stretches_of(entries: Iterable[Mapping[str, Any]]) -> tuple[Stretch, ...]:
    """Answer stretches as pairs."""
    return tuple((float(one["from"]), float(one["to"])) for one in entries)


def stretches_document(stretches: Iterable[Stretch]) -> list[dict[str, float]]:
    """Answer stretches as JSON has them."""
    return [{"from": start, "to": end} for start, end in stretches]


def check_forbidden(key: str, stretches: Sequence[Stretch], ends: Stretch, *, numbered: bool = True) -> None:
    """Refuse stretches that end before they begin, or leave the strip. Raise WrongValue or OutsideStrip."""
    for place, (start, end) in enumerate(stretches):
        name = f"{key}[{place}]" if numbered else key
        if end <= start:
            error = wrong("direction", name, end)
            error.data |= {"start": shown(start), "end": shown(end)}
            raise error
        slack = TOLERANCE * ends[1]
        if start < ends[0] - slack or end > ends[1] + slack:
            where = {"begin": shown(ends[0]), "length": shown(ends[1])}
            raise OutsideStrip(key=name, start=shown(start), end=shown(end), **where)


def check_widths(materials: Sequence[Material], length: float, rules: BulkRules, strips: Sequence[Strip]) -> None:
    """Refuse what cannot lie side by side however it is ordered. Raise TooWide or MaterialTooWide."""
    grounds = strips or (Strip("", 0.0, length),)
    stretches = [
        stretch for one in grounds for stretch in _free(one.begin, one.end, (*rules.forbidden, *one.forbidden))
    ]
    slack = TOLERANCE * length
    longest = max((end - start for start, end in stretches), default=0.0)
    for place, material in enumerate(materials):
        if (excess := material.width - longest) > slack:
            sizes = {"width": shown(material.width), "free": shown(longest), "excess": shown(excess)}
            raise MaterialTooWide(key=f"materials[{place}].width", id=material.key, **sizes)
    free = sum(end - start for start, end in stretches)
    # Of the gaps between neighbours, at most one less than there are stretches can fall on what is forbidden.
    gaps = rules.clearance * max(0, len(materials) - len(stretches))
    needed = sum(material.width for material in materials) + gaps
    if (excess := needed - free) > slack:
        raise TooWide(needed=shown(needed), free=shown(free), excess=shown(excess))


def _free(begin: float, end: float, forbidden: Iterable[Stretch]) -> list[Stretch]:
    """Answer the stretches that the forbidden ones leave, from left to right."""
    free, reached = [], begin
    for start, stop in sorted(forbidden):
        if start > reached:
            free.append((reached, min(start, end)))
        reached = max(reached, stop)
        if reached >= end:
            break
    return [*free, (reached, end)] if reached < end else free
