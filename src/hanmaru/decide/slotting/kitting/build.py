"""From a problem to its arrays; what contradicts itself is refused by name."""

from collections import defaultdict
from itertools import pairwise
from math import isfinite

import numpy as np

from hanmaru.decide.slotting.kitting.errors import BadStore, FitsNowhere, TooFull, clashing, rule
from hanmaru.decide.slotting.kitting.problem import KittingProblem, Material, Place, Rack
from hanmaru.decide.slotting.kitting.store import Floats, Ints, Segments, Store
from hanmaru.kernel.errors import Phrase


def build(problem: KittingProblem) -> Store:
    """Check a problem and put it into arrays; raises BadStore, FitsNowhere, RulesClash or TooFull."""
    _check(problem)
    segments = _segments(problem)
    profile, need = _needs(problem, segments)
    cost_row, linear = _linear(problem, segments)
    uses, model_index, walk = _walks(problem)
    use_start, use = _compressed(uses)
    members: list[list[int]] = [[] for _ in model_index]
    for i, models in enumerate(uses):
        for m in models:
            members[m].append(i)
    members_start, flat = _compressed(members)
    classes: dict[tuple[int, ...], int] = {}
    class_of = np.array([classes.setdefault(tuple(models), len(classes)) for models in uses], np.int64)
    mates: list[list[int]] = [[] for _ in classes]
    for i, k in enumerate(class_of.tolist()):
        mates[k].append(i)
    class_start, class_members = _compressed(mates)
    apart_start, apart = _compressed(_partners(problem))
    store = Store(
        problem, segments, need, profile, use_start, use, walk, linear, cost_row, apart_start, apart,
        members_start, flat, class_of, class_start, class_members, np.array(model_index, np.int64),
    )  # fmt: skip
    _check_room(store)
    return store


def _check(problem: KittingProblem) -> None:
    for aisle in problem.aisles:
        if not isfinite(aisle.weight) or aisle.weight < 0:
            raise BadStore(field=f"aisle {aisle.key}", reason=f"its weight is {aisle.weight}")
        if any(bins < 0 for bins in aisle.racks):
            raise BadStore(field=f"aisle {aisle.key}", reason="a rack has less than no bins")
    for material in problem.materials:
        if material.bins < 1:
            raise BadStore(field=f"material {material.key}", reason=f"it needs {material.bins} bins")
    for model in problem.models:
        if not isfinite(model.frequency) or model.frequency < 0:
            raise BadStore(field=f"model {model.key}", reason=f"its frequency is {model.frequency}")
        if any(not 0 <= i < len(problem.materials) for i in model.materials):
            raise BadStore(field=f"model {model.key}", reason="it names a material that there is not")
    _check_keys("material", [m.key for m in problem.materials])
    _check_keys("model", [m.key for m in problem.models])
    _check_depots(problem)


def _check_keys(what: str, keys: list[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise BadStore(field=f"{what} {key}", reason="it is named twice")
        seen.add(key)


def _check_depots(problem: KittingProblem) -> None:
    rules = problem.rules
    for depot, weights in rules.depots.items():
        if len(weights) != len(problem.aisles) or any(not isfinite(w) or w < 0 for w in weights):
            raise BadStore(field=f"depot {depot}", reason="it needs one weight of 0 or more for every aisle")
    for model, depot in rules.depot_of.items():
        if depot not in rules.depots:
            raise BadStore(field=f"model {model}", reason=f"depot {depot} is not described")
    if rules.dock and len(rules.dock) != len(problem.aisles):
        raise BadStore(field="dock", reason="it needs one weight for every aisle")
    known = {material.key for material in problem.materials}
    pairs = (key for pair in rules.apart for key in pair)
    for key in (*rules.fixed, *rules.aisles, *rules.forbidden, *rules.masses, *rules.replenishments, *pairs):
        if key not in known:
            raise BadStore(field="rules", reason=f"there is no material {key}")


def _segments(problem: KittingProblem) -> Segments:
    """Cut every rack at pillars and at fixed materials; each fixed material gets a segment of its own."""
    cuts: dict[Rack, list[tuple[int, int, int]]] = defaultdict(list)
    for stretch in problem.rules.blocked:
        cuts[stretch.aisle, stretch.rack].append((stretch.first_bin, stretch.bins, -1))
    number = {material.key: i for i, material in enumerate(problem.materials)}
    for key, place in problem.rules.fixed.items():
        i = number[key]
        cuts[place.aisle, place.rack].append((place.first_bin, bins_in(problem, i, place), i))
    rows: list[tuple[int, int, int, int, int]] = []
    start = [0]
    for a, aisle in enumerate(problem.aisles):
        for r, bins in enumerate(aisle.racks):
            at = 0
            for first, length, own in _in_order(problem, (a, r), bins, cuts.pop((a, r), [])):
                if first > at:
                    rows.append((a, r, at, first - at, -1))
                if own >= 0:
                    rows.append((a, r, first, length, own))
                at = max(at, first + length)
            if bins > at:
                rows.append((a, r, at, bins - at, -1))
        start.append(len(rows))
    for a, r in cuts:
        raise BadStore(field="rules", reason=f"there is no aisle {a} with a rack {r}")
    columns = np.array(rows, np.int64).reshape(-1, 5).T
    return Segments(columns[0], columns[1], columns[2], columns[3], columns[4], np.array(start, np.int64))


def _in_order(
    problem: KittingProblem, rack: Rack, bins: int, cuts: list[tuple[int, int, int]]
) -> list[tuple[int, int, int]]:
    """The cuts of one rack from its first bin; two fixed materials, or one on a pillar, must not overlap."""
    cuts.sort()
    for first, length, own in cuts:
        if own >= 0 and (length < 1 or first < 0 or first + length > bins):
            raise clashing(_fixed(problem, own), rule("rack", rack=rack, bins=bins))
    for (first, length, own), (after, _, other) in pairwise(cuts):
        if first + length > after and (own >= 0 or other >= 0):
            raise clashing(*(_fixed(problem, i) if i >= 0 else rule("some_blocked") for i in (own, other)))
    return [(max(0, first), length, own) for first, length, own in cuts]


def _fixed(problem: KittingProblem, i: int) -> Phrase:
    return rule("fixed", one=problem.materials[i].key)


def bins_in(problem: KittingProblem, i: int, place: Place) -> int:
    """How many bins material i takes in the rack of a place; 0 where it does not fit its size of bin."""
    return _bins(problem, problem.materials[i], problem.rules.bin_size.get((place.aisle, place.rack), ""))


def _bins(problem: KittingProblem, material: Material, size: str) -> int:
    if not size:
        return material.bins
    return problem.rules.bins_by_size.get(material.key, {}).get(size, 0)


def _needs(problem: KittingProblem, segments: Segments) -> tuple[Ints, Ints]:
    """Profiles: materials that need the same in every segment share a row."""
    rules = problem.rules
    racks: list[Rack] = list(zip(segments.aisle.tolist(), segments.rack.tolist(), strict=True))
    sizes = [rules.bin_size.get(rack, "") for rack in racks]
    level = np.array([rules.level_of.get(rack, 0) for rack in racks], np.int64)
    limit = np.array([rules.heaviest[n] if n < len(rules.heaviest) else np.inf for n in level.tolist()])
    rows: dict[bytes, int] = {}
    need: list[Ints] = []
    profile = np.empty(len(problem.materials), np.int64)
    plain: dict[int, int] = {}
    for i, material in enumerate(problem.materials):
        special = _special(problem, material.key)
        if not special and material.bins in plain:
            profile[i] = plain[material.bins]
            continue
        row = np.array([_bins(problem, material, size) for size in sizes], np.int64)
        row[(row > segments.bins) | (segments.own >= 0) | (limit < rules.masses.get(material.key, 0.0))] = 0
        if material.key in rules.aisles:
            row[~np.isin(segments.aisle, list(rules.aisles[material.key]))] = 0
        row[[rack in rules.forbidden.get(material.key, ()) for rack in racks]] = 0
        if material.key in rules.fixed:
            row = _fixed_row(problem, i, segments, row, limit)
        if not row.any():
            raise _nowhere(problem, material, segments)
        profile[i] = rows.setdefault(row.tobytes(), len(rows))
        if profile[i] == len(need):
            need.append(row)
        if not special:
            plain[material.bins] = int(profile[i])
    return profile, np.array(need, np.int64).reshape(-1, len(segments))


def _special(problem: KittingProblem, key: str) -> bool:
    rules = problem.rules
    return any(key in part for part in (rules.fixed, rules.aisles, rules.forbidden, rules.masses, rules.bins_by_size))


def _fixed_row(problem: KittingProblem, i: int, segments: Segments, row: Ints, limit: Floats) -> Ints:
    rules, material = problem.rules, problem.materials[i]
    place = rules.fixed[material.key]
    own = segments.own == i
    reasons = [
        (place.aisle not in rules.aisles.get(material.key, {place.aisle}), "elsewhere"),
        ((place.aisle, place.rack) in rules.forbidden.get(material.key, ()), "not_there"),
        (bool((limit[own] < rules.masses.get(material.key, 0.0)).any()), "heavy"),
    ]
    for clash, reason in reasons:
        if clash:
            raise clashing(_fixed(problem, i), rule(reason, one=material.key))
    answer = np.zeros_like(row)
    answer[own] = segments.bins[own]
    return answer


def _nowhere(problem: KittingProblem, material: Material, segments: Segments) -> Exception:
    longest = int(segments.bins[segments.own < 0].max(initial=0))
    if _special(problem, material.key) and material.bins <= longest:
        return clashing(rule("nowhere", one=material.key))
    return FitsNowhere(material=material.key, bins=material.bins, longest=longest)


def _linear(problem: KittingProblem, segments: Segments) -> tuple[Ints, Floats]:
    """Cost rows: picks times the level's cost, and replenishments times the dock's distance."""
    rules = problem.rules
    picks = np.zeros(len(problem.materials))
    if any(rules.level_costs):
        for model in problem.models:
            picks[list(set(model.materials))] += model.frequency
    brought = np.array([rules.replenishments.get(m.key, 0.0) if rules.dock else 0.0 for m in problem.materials])
    racks = zip(segments.aisle.tolist(), segments.rack.tolist(), strict=True)
    levels = [rules.level_of.get(rack, 0) for rack in racks]
    level = np.array([rules.level_costs[n] if n < len(rules.level_costs) else 0.0 for n in levels])
    dock = np.array(rules.dock or [0.0] * len(problem.aisles))[segments.aisle]
    pairs, row = np.unique(np.stack([picks, brought], axis=1), axis=0, return_inverse=True)
    return row.reshape(-1).astype(np.int64), pairs[:, :1] * level[None, :] + pairs[:, 1:] * dock[None, :]


def _walks(problem: KittingProblem) -> tuple[list[list[int]], list[int], Floats]:
    """Models that cost anything, their cost of entering each aisle, and by material which of them use it."""
    weights = np.array([aisle.weight for aisle in problem.aisles], np.float64)
    uses: list[list[int]] = [[] for _ in problem.materials]
    index: list[int] = []
    rows: list[Floats] = []
    for number, model in enumerate(problem.models):
        depot = problem.rules.depot_of.get(model.key)
        row = model.frequency * (weights if depot is None else np.array(problem.rules.depots[depot], np.float64))
        if not model.materials or not row.any():
            continue
        for i in sorted(set(model.materials)):
            uses[i].append(len(index))
        index.append(number)
        rows.append(row)
    return uses, index, np.array(rows, np.float64).reshape(len(rows), len(problem.aisles))


def _partners(problem: KittingProblem) -> list[list[int]]:
    number = {material.key: i for i, material in enumerate(problem.materials)}
    answer: list[set[int]] = [set() for _ in problem.materials]
    for one, other in problem.rules.apart:
        if one == other:
            raise clashing(rule("itself", one=one))
        answer[number[one]].add(number[other])
        answer[number[other]].add(number[one])
    return [sorted(partners) for partners in answer]


def _compressed(lists: list[list[int]]) -> tuple[Ints, Ints]:
    start = np.cumsum([0, *map(len, lists)]).astype(np.int64)
    return start, np.array([value for part in lists for value in part], np.int64)


def _check_room(store: Store) -> None:
    if store.volume.sum() > store.capacity.sum():
        needed = sum(material.bins for material in store.problem.materials)
        raise TooFull(needed=needed, bins=int(store.segments.bins.sum()))
