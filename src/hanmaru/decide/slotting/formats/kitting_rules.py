"""The rules of kitting supply from and to plain dicts, each refused by its key where it contradicts another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any, Final

from hanmaru.decide.slotting.errors import (
    DuplicateId,
    FixedAgainstRule,
    FixedBins,
    MissingKey,
    NoToday,
    UnknownAisle,
    UnknownBins,
    UnknownDepot,
    UnknownLevel,
    UnknownMaterial,
    UnknownModel,
    UnknownRack,
    UnknownSize,
)
from hanmaru.decide.slotting.formats.conform import shown
from hanmaru.decide.slotting.kitting.problem import (
    Aisle,
    KittingProblem,
    KittingRules,
    Material,
    Model,
    Place,
    Rack,
    Stretch,
)
from hanmaru.kernel.errors import Phrase

Entry = Mapping[str, Any]
REASONS: Final = {
    "blocked": "what is blocked",
    "from_there": "how far this aisle is from there",
    "from_dock": "how far every aisle is from where materials are brought from",
    "apart": "rules.fixed.%(other)s and rules.apart of the two",
}
"""Words within sentences of errors."""
BLOCKED: Final = Phrase(REASONS["blocked"])
"""Stands where a material would be named that has taken bins."""


@dataclass(frozen=True)
class Floor:
    """What rules and places are held against: aisles, materials and models, found by their keys."""

    aisles: Sequence[Aisle]
    materials: Sequence[Material]
    models: Sequence[Model]

    @cached_property
    def aisle_numbers(self) -> Mapping[str, int]:
        """The index of every aisle by its key."""
        return {aisle.key: number for number, aisle in enumerate(self.aisles)}

    @cached_property
    def bins(self) -> Mapping[str, int]:
        """The ordinary bins of every material by its key."""
        return {material.key: material.bins for material in self.materials}

    def aisle(self, key: str, name: str) -> int:
        """The index of an aisle. Raise UnknownAisle."""
        if name not in self.aisle_numbers:
            raise UnknownAisle(key=key, id=shown(name))
        return self.aisle_numbers[name]

    def rack(self, key: str, entry: Entry) -> Rack:
        """The rack that an entry names. Raise UnknownAisle or UnknownRack."""
        aisle, rack = self.aisle(f"{key}.aisle", entry["aisle"]), int(entry["rack"])
        has = len(self.aisles[aisle].racks)
        if rack >= has:
            raise UnknownRack(key=f"{key}.rack", aisle=entry["aisle"], rack=rack, last=has - 1)
        return aisle, rack

    def known(self, key: str, named: Iterable[str]) -> None:
        """Refuse a name that is no material. Raise UnknownMaterial."""
        for name in named:
            if name not in self.bins:
                raise UnknownMaterial(key=key, id=shown(name))

    def distances(self, key: str, entry: Mapping[str, float]) -> tuple[float, ...]:
        """A figure for every aisle, in their order. Raise UnknownAisle or MissingKey."""
        for name in entry:
            self.aisle(key, name)
        for aisle in self.aisles:
            if aisle.key not in entry:
                raise MissingKey(key=f"{key}.{aisle.key}", what=Phrase(REASONS["from_there"]))
        return tuple(float(entry[aisle.key]) for aisle in self.aisles)


def places_of(key: str, entries: Mapping[str, Entry], floor: Floor, rules: KittingRules) -> dict[str, Place]:
    """Answer places by material; each must be in the store. Raise what `slotting.errors` has."""
    floor.known(key, entries)
    places = {}
    for name, entry in entries.items():
        place = Place(floor.aisle(f"{key}.{name}.aisle", entry["aisle"]), int(entry["rack"]), int(entry["first_bin"]))
        racks = floor.aisles[place.aisle].racks
        has = racks[place.rack] if place.rack < len(racks) else 0
        bins = _taken(name, floor, rules, (place.aisle, place.rack))
        if place.first_bin + max(1, bins) > has:
            facts = {"bins": bins, "first": place.first_bin, "rack": place.rack, "has": has}
            raise UnknownBins(key=f"{key}.{name}", id=name, aisle=entry["aisle"], **facts)
        places[name] = place
    return places


def places_document(places: Mapping[str, Place], aisles: Sequence[Aisle]) -> dict[str, dict[str, Any]]:
    """Answer places as JSON has them."""
    return {
        name: {"aisle": aisles[place.aisle].key, "rack": place.rack, "first_bin": place.first_bin}
        for name, place in places.items()
    }


def rules_of(entry: Entry, floor: Floor) -> KittingRules:
    """Answer the rules that an instance has. Raise what `slotting.errors` has, naming the key."""
    level_of, bin_size = _racks(entry.get("racks", ()), floor)
    levels = entry.get("levels", ())
    for place, one in enumerate(entry.get("racks", ())):
        if one.get("level", 0) >= max(1, len(levels)):
            raise UnknownLevel(key=f"rules.racks[{place}].level", level=one["level"], has=len(levels))
    depots = {key: floor.distances(f"rules.depots.{key}", one) for key, one in entry.get("depots", {}).items()}
    _check_names(entry, floor, depots, set(bin_size.values()))
    blocked = _blocked(entry.get("blocked", ()), floor)
    rules = KittingRules(
        aisles={
            key: frozenset(floor.aisle(f"rules.aisles.{key}", name) for name in names)
            for key, names in entry.get("aisles", {}).items()
        },
        forbidden={
            key: frozenset(floor.rack(f"rules.forbidden.{key}[{place}]", one) for place, one in enumerate(racks))
            for key, racks in entry.get("forbidden", {}).items()
        },
        blocked=blocked,
        apart=_pairs(entry.get("apart", ())),
        level_of=level_of,
        level_costs=_by_level(levels, "cost", 0.0),
        heaviest=_by_level(levels, "heaviest", inf),
        masses=_figures(entry, "masses"),
        depots=depots,
        depot_of=dict(entry.get("depot_of", {})),
        bin_size=bin_size,
        bins_by_size={
            key: {size: int(bins) for size, bins in one.items()} for key, one in entry.get("bins_by_size", {}).items()
        },
        replenishments=_figures(entry, "replenishments"),
        dock=floor.distances("rules.dock", entry["dock"]) if "dock" in entry else (),
        most_moves=None if "most_moved" not in entry else int(entry["most_moved"]),
    )
    return _with_fixed(rules, entry.get("fixed", {}), floor)


def check_today(rules: KittingRules, today: Mapping[str, Place] | None, floor: Floor) -> None:
    """Refuse counting moves from a layout that is not told. Raise NoToday."""
    if rules.most_moves is not None and not today:
        raise NoToday(key="rules.most_moved", id=floor.materials[0].key)


def bins_needed(key: str, floor: Floor, rules: KittingRules, size: str) -> int:
    """How many bins of a size a material needs; 0 where it does not fit them."""
    return floor.bins[key] if not size else rules.bins_by_size.get(key, {}).get(size, 0)


def _taken(key: str, floor: Floor, rules: KittingRules, rack: Rack) -> int:
    return bins_needed(key, floor, rules, rules.bin_size.get(rack, ""))


def _figures(entry: Entry, key: str) -> dict[str, float]:
    return {name: float(figure) for name, figure in entry.get(key, {}).items()}


def _by_level(levels: Sequence[Entry], key: str, otherwise: float) -> tuple[float, ...]:
    """A figure for every level; none at all where no level tells it."""
    told = any(key in level for level in levels)
    return tuple(float(level.get(key, otherwise)) for level in levels) if told else ()


def _racks(entries: Sequence[Entry], floor: Floor) -> tuple[dict[Rack, int], dict[Rack, str]]:
    """Answer levels above the floor and sizes of bins, by rack. Raise DuplicateId for one that stands there twice."""
    levels: dict[Rack, int] = {}
    sizes: dict[Rack, str] = {}
    seen: set[Rack] = set()
    for place, entry in enumerate(entries):
        rack = floor.rack(f"rules.racks[{place}]", entry)
        if rack in seen:
            raise DuplicateId(key=f"rules.racks[{place}]", id=f"{entry['aisle']}/{rack[1]}")
        seen.add(rack)
        if entry.get("level"):
            levels[rack] = int(entry["level"])
        if "bin_size" in entry:
            sizes[rack] = entry["bin_size"]
    return levels, sizes


def _check_names(entry: Entry, floor: Floor, depots: Iterable[str], sizes: set[str]) -> None:
    """Refuse names of what there is not."""
    for key in ("aisles", "forbidden", "masses", "bins_by_size", "replenishments"):
        floor.known(f"rules.{key}", entry.get(key, {}))
    for place, pair in enumerate(entry.get("apart", ())):
        floor.known(f"rules.apart[{place}]", pair)
    for name, one in entry.get("bins_by_size", {}).items():
        for size in one:
            if size not in sizes:
                raise UnknownSize(key=f"rules.bins_by_size.{name}", id=shown(size))
    models = {model.key for model in floor.models}
    for name, depot in entry.get("depot_of", {}).items():
        if name not in models:
            raise UnknownModel(key="rules.depot_of", id=shown(name))
        if depot not in depots:
            raise UnknownDepot(key=f"rules.depot_of.{name}", id=shown(depot))
    if entry.get("replenishments") and "dock" not in entry:
        raise MissingKey(key="rules.dock", what=Phrase(REASONS["from_dock"]))


def _pairs(entries: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    for place, (one, other) in enumerate(entries):
        if one == other:
            raise DuplicateId(key=f"rules.apart[{place}]", id=one)
    return tuple((one, other) for one, other in entries)


def _blocked(entries: Sequence[Entry], floor: Floor) -> tuple[Stretch, ...]:
    stretches = []
    for place, entry in enumerate(entries):
        key = f"rules.blocked[{place}]"
        aisle, rack = floor.rack(key, entry)
        first, bins, has = int(entry["first_bin"]), int(entry["bins"]), floor.aisles[aisle].racks[rack]
        if first + bins > has:
            facts = {"bins": bins, "first": first, "rack": rack, "has": has}
            raise UnknownBins(key=key, id=BLOCKED, aisle=entry["aisle"], **facts)
        stretches.append(Stretch(aisle, rack, first, bins))
    return tuple(stretches)


def _with_fixed(rules: KittingRules, entries: Mapping[str, Entry], floor: Floor) -> KittingRules:
    """Add what is fixed, which must stand on free bins where the other rules let it stand."""
    fixed = places_of("rules.fixed", entries, floor, rules)
    taken: dict[tuple[int, int, int], str] = {
        (one.aisle, one.rack, one.first_bin + number): BLOCKED for one in rules.blocked for number in range(one.bins)
    }
    for name, place in fixed.items():
        _check_allowed(name, place, rules, _taken(name, floor, rules, (place.aisle, place.rack)))
        for number in range(_taken(name, floor, rules, (place.aisle, place.rack))):
            at = (place.aisle, place.rack, place.first_bin + number)
            if (other := taken.setdefault(at, name)) != name:
                where = {"bin": at[2], "rack": at[1], "aisle": floor.aisles[at[0]].key}
                raise FixedBins(one=other, other=name, **where)
    for one, other in rules.apart:
        if one in fixed and other in fixed and fixed[one].aisle == fixed[other].aisle:
            raise FixedAgainstRule(id=one, rule=Phrase(REASONS["apart"], other=other))
    return KittingRules(**{name: getattr(rules, name) for name in KittingRules.__slots__} | {"fixed": fixed})


def _check_allowed(name: str, place: Place, rules: KittingRules, bins: int) -> None:
    rack = (place.aisle, place.rack)
    level = rules.level_of.get(rack, 0)
    clashes = {
        f"rules.aisles.{name}": place.aisle not in rules.aisles.get(name, {place.aisle}),
        f"rules.forbidden.{name}": rack in rules.forbidden.get(name, ()),
        f"rules.masses.{name}": level < len(rules.heaviest) and rules.masses.get(name, 0) > rules.heaviest[level],
        f"rules.bins_by_size.{name}": bins == 0,
    }
    for rule, clash in clashes.items():
        if clash:
            raise FixedAgainstRule(id=name, rule=rule)


def rules_document(problem: KittingProblem) -> dict[str, Any]:
    """Answer the rules that say anything; `rules_of` reads them back to the same."""
    rules, aisles = problem.rules, problem.aisles
    document: dict[str, Any] = {
        "fixed": places_document(rules.fixed, aisles),
        "aisles": {key: [aisles[number].key for number in sorted(one)] for key, one in rules.aisles.items()},
        "forbidden": {key: [_rack(rack, aisles) for rack in sorted(one)] for key, one in rules.forbidden.items()},
        "blocked": [
            {**_rack((one.aisle, one.rack), aisles), "first_bin": one.first_bin, "bins": one.bins}
            for one in rules.blocked
        ],
        "apart": [list(pair) for pair in rules.apart],
        "racks": [
            _rack(rack, aisles)
            | ({"level": rules.level_of[rack]} if rules.level_of.get(rack) else {})
            | ({"bin_size": rules.bin_size[rack]} if rules.bin_size.get(rack) else {})
            for rack in sorted({*rules.level_of, *rules.bin_size})
        ],
        "levels": _levels(rules),
        "masses": dict(rules.masses),
        "bins_by_size": {key: dict(one) for key, one in rules.bins_by_size.items()},
        "depots": {key: _distances(one, aisles) for key, one in rules.depots.items()},
        "depot_of": dict(rules.depot_of),
        "replenishments": dict(rules.replenishments),
        "dock": _distances(rules.dock, aisles),
    }
    said = {key: value for key, value in document.items() if value}
    return said if rules.most_moves is None else {**said, "most_moved": rules.most_moves}


def _rack(rack: Rack, aisles: Sequence[Aisle]) -> dict[str, Any]:
    return {"aisle": aisles[rack[0]].key, "rack": rack[1]}


def _distances(figures: Sequence[float], aisles: Sequence[Aisle]) -> dict[str, float]:
    return {aisle.key: figure for aisle, figure in zip(aisles, figures, strict=True)} if figures else {}


def _levels(rules: KittingRules) -> list[dict[str, float]]:
    highest = max(rules.level_of.values(), default=0)
    count = max(len(rules.level_costs), len(rules.heaviest), highest + 1 if highest else 0)
    costs = dict(enumerate(rules.level_costs))
    heaviest = {number: kg for number, kg in enumerate(rules.heaviest) if kg < inf}
    return [
        ({"cost": costs[number]} if number in costs else {})
        | ({"heaviest": heaviest[number]} if number in heaviest else {})
        for number in range(count)
    ]
