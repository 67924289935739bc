"""The rules of bulk supply from and to plain dicts, each refused by its key where it contradicts another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hanmaru.decide.slotting.bulk.problem import BulkRules
from hanmaru.decide.slotting.errors import (
    DuplicateId,
    FixedForbidden,
    FixedOverlap,
    InTwoGroups,
    NoToday,
    OutsideStrip,
    TooFarApart,
    UnknownMaterial,
    UnknownStrip,
)
from hanmaru.decide.slotting.formats.conform import shown
from hanmaru.decide.slotting.formats.strips import TOLERANCE, stretches_document, stretches_of


@dataclass(frozen=True, slots=True)
class Ground:
    """What rules are held against: widths by material, the length, the keys of the strips (none: a single one)."""

    widths: Mapping[str, float]
    length: float
    strips: tuple[str, ...] = ()


def rules_of(entry: Mapping[str, Any]) -> BulkRules:
    """Answer the rules that an instance has; they are not checked yet."""
    return BulkRules(
        fixed={key: float(centre) for key, centre in entry.get("fixed", {}).items()},
        forbidden=stretches_of(entry.get("forbidden", ())),
        together=tuple(tuple(group) for group in entry.get("together", ())),
        apart=tuple((*one["materials"], float(one["distance"])) for one in entry.get("apart", ())),
        clearance=float(entry.get("clearance", 0)),
        most_moved=None if "most_moved" not in entry else int(entry["most_moved"]),
        strips=dict(entry.get("strips", {})),
    )


def check_rules(rules: BulkRules, ground: Ground, today: Mapping[str, float] | None) -> None:
    """Refuse rules that name what is not there, or that cannot hold whatever the layout."""
    check_strips("rules.strips", rules.strips, ground)
    check_centres("rules.fixed", rules.fixed, ground.widths, ground.length)
    _check_fixed(rules, ground)
    _check_groups(rules.together, ground.widths)
    _check_apart(rules.apart, ground.widths, ground.length)
    if rules.most_moved is not None:
        for name in ground.widths:
            if name not in (today or {}):
                raise NoToday(key="rules.most_moved", id=name)


def check_strips(key: str, strips: Mapping[str, str], ground: Ground) -> None:
    """Refuse materials and strips that are not there. Raise UnknownMaterial or UnknownStrip."""
    check_known(key, strips, ground.widths)
    for name, strip in strips.items():
        if strip not in ground.strips:
            raise UnknownStrip(key=f"{key}.{name}", id=shown(strip))


def check_known(key: str, named: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a name that is no material. Raise UnknownMaterial."""
    for name in named:
        if name not in known:
            raise UnknownMaterial(key=key, id=shown(name))


def check_centres(key: str, centres: Mapping[str, float], widths: Mapping[str, float], length: float) -> None:
    """Refuse zones beyond the ends. Raise UnknownMaterial or OutsideStrip."""
    check_known(key, centres, widths)
    for name, centre in centres.items():
        start, end = centre - widths[name] / 2, centre + widths[name] / 2
        if start < -TOLERANCE * length or end > length * (1 + TOLERANCE):
            raise OutsideStrip(key=f"{key}.{name}", start=shown(start), end=shown(end), begin=0, length=shown(length))


def _check_fixed(rules: BulkRules, ground: Ground) -> None:
    """Refuse fixed zones on each other or on what is forbidden. Raise FixedOverlap or FixedForbidden."""
    first = ground.strips[0] if ground.strips else ""
    zones = sorted(
        (rules.strips.get(key, first), centre - ground.widths[key] / 2, centre + ground.widths[key] / 2, key)
        for key, centre in rules.fixed.items()
    )
    slack = TOLERANCE * ground.length
    for (on, _, end, one), (on_too, start, _, other) in pairwise(zones):
        if on == on_too and (by := end + rules.clearance - start) > slack:
            raise FixedOverlap(one=one, other=other, by=shown(by))
    for _, start, end, key in zones:
        for begin, stop in rules.forbidden:
            if min(end, stop) - max(start, begin) > slack:
                places = {"start": shown(start), "end": shown(end), "from": shown(begin), "to": shown(stop)}
                raise FixedForbidden(id=key, **places)


def _check_groups(groups: Sequence[Sequence[str]], widths: Mapping[str, float]) -> None:
    seen: set[str] = set()
    for place, group in enumerate(groups):
        key = f"rules.together[{place}]"
        check_known(key, group, widths)
        for number, name in enumerate(group):
            if name in group[:number]:
                raise DuplicateId(key=key, id=name)
            if name in seen:
                raise InTwoGroups(key=key, id=name)
        seen.update(group)


def _check_apart(pairs: Sequence[tuple[str, str, float]], widths: Mapping[str, float], length: float) -> None:
    for place, (one, other, distance) in enumerate(pairs):
        key = f"rules.apart[{place}]"
        check_known(f"{key}.materials", (one, other), widths)
        if one == other:
            raise DuplicateId(key=f"{key}.materials", id=one)
        most = length - (widths[one] + widths[other]) / 2
        if distance > most + TOLERANCE * length:
            raise TooFarApart(key=f"{key}.distance", most=shown(most), distance=shown(distance))


def rules_document(rules: BulkRules) -> dict[str, Any]:
    """Answer the rules that say anything."""
    document = {
        "fixed": dict(rules.fixed),
        "forbidden": stretches_document(rules.forbidden),
        "together": [list(group) for group in rules.together],
        "apart": [{"materials": [one, other], "distance": distance} for one, other, distance in rules.apart],
        "clearance": rules.clearance,
        "strips": dict(rules.strips),
    }
    said = {key: value for key, value in document.items() if value}
    return said if rules.most_moved is None else {**said, "most_moved": rules.most_moved}
