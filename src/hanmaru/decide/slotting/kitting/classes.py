"""The exact class formulation for CP-SAT: how many materials of each kind go into each aisle, and into which racks.

Materials of one kind are used by the same models, need the same bins and cost the same, so only their number in an
aisle counts. Inside an aisle materials of one profile are told apart by nothing: how many of each profile lie in each
segment settles the packing exactly, without a variable for a bin.
"""

from dataclasses import dataclass, field

import numpy as np
from ortools.sat.python import cp_model

from hanmaru.decide.slotting.kitting.store import Ints, Store
from hanmaru.decide.slotting.kitting.whole import Whole

Kind = tuple[int, int, int, int]


@dataclass
class Classes:
    """A model of some materials over some aisles; `counts` in the order of `keys`, then those of `laid`."""

    model: cp_model.CpModel
    kinds: dict[Kind, list[int]]
    counts: dict[tuple[Kind, int], cp_model.IntVar] = field(default_factory=dict)
    laid: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)
    enters: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)

    @property
    def wanted(self) -> list[cp_model.IntVar]:
        return [*self.counts.values(), *self.laid.values()]


def kinds_of(store: Store, items: Ints) -> dict[Kind, list[int]]:
    """Materials by kind; those that must lie apart from another are a kind of their own."""
    kinds: dict[Kind, list[int]] = {}
    alone = np.diff(store.apart_start) > 0
    for i in items.tolist():
        key = (int(store.class_of[i]), int(store.profile[i]), int(store.cost_row[i]), i if alone[i] else -1)
        kinds.setdefault(key, []).append(i)
    return kinds


def class_model(store: Store, costs: Whole, items: Ints, aisles: list[int]) -> Classes:
    """The model of laying these materials into these aisles, empty but for them."""
    build = Classes(cp_model.CpModel(), kinds_of(store, items))
    segments = [s for a in aisles for s in range(store.segments.start[a], store.segments.start[a + 1])]
    _count(store, build, aisles, segments)
    _pack(store, build, segments)
    objective = _enter(store, costs, build, items, aisles)
    if not store.plain:
        for (kind, s), count in build.counts.items():
            objective.append(int(costs.linear[kind[2], s]) * count)
    _keep_apart(store, build)
    build.model.minimize(sum(objective))
    return build


def _count(store: Store, build: Classes, aisles: list[int], segments: list[int]) -> None:
    """Numbers of each kind by aisle, or by segment where that matters; all of a kind lie somewhere."""
    at = store.segments.aisle
    for kind, members in build.kinds.items():
        need = store.need[kind[1]]
        open_to = [s for s in segments if need[s] > 0]
        spots = open_to if not store.plain else [a for a in aisles if any(at[s] == a for s in open_to)]
        for spot in spots:
            build.counts[kind, spot] = build.model.new_int_var(0, len(members), "")
        build.model.add(sum(build.counts[kind, spot] for spot in spots) == len(members))


def _pack(store: Store, build: Classes, segments: list[int]) -> None:
    model = build.model
    profiles = sorted({kind[1] for kind in build.kinds})
    by_profile: dict[tuple[int, int], list[cp_model.IntVar]] = {}
    for (kind, spot), count in build.counts.items():
        by_profile.setdefault((kind[1], spot), []).append(count)
    for s in segments:
        load = []
        for p in profiles:
            need = int(store.need[p, s])
            if need == 0:
                continue
            if store.plain:
                most = int(store.segments.bins[s]) // need
                build.laid[p, s] = model.new_int_var(0, most, "")
                load.append(need * build.laid[p, s])
            else:
                load.extend(need * count for count in by_profile.get((p, s), []))
        model.add(sum(load) <= int(store.segments.bins[s]))
    if not store.plain:
        return
    at = store.segments.aisle
    for (p, a), counts in by_profile.items():
        inside = [build.laid[p, s] for s in segments if at[s] == a and (p, s) in build.laid]
        model.add(sum(inside) == sum(counts))
    for a in sorted({int(at[s]) for s in segments}):
        room = int(sum(store.segments.bins[s] * store.unit[s] for s in segments if at[s] == a))
        volume = [
            int(store.volume[build.kinds[kind][0]]) * count for (kind, spot), count in build.counts.items() if spot == a
        ]
        model.add(sum(volume) <= room)


def _enter(store: Store, costs: Whole, build: Classes, items: Ints, aisles: list[int]) -> list[cp_model.LinearExprT]:
    """Who enters which aisle, its cost, and how many aisles the bins of a model need at least."""
    model = build.model
    held: dict[tuple[int, int], list[tuple[Kind, cp_model.IntVar]]] = {}
    for (kind, spot), count in build.counts.items():
        a = spot if store.plain else int(store.segments.aisle[spot])
        held.setdefault((kind[0], a), []).append((kind, count))
    for (_, a), parts in held.items():
        present = model.new_bool_var("")
        for kind, count in parts:
            model.add(count <= len(build.kinds[kind]) * present)
        for m in store.signature(build.kinds[parts[0][0]][0]):
            if (m, a) not in build.enters:
                build.enters[m, a] = model.new_bool_var("")
            model.add_implication(present, build.enters[m, a])
    inside = set(items.tolist())
    for m in sorted({m for m, _ in build.enters}):
        members = store.members[store.members_start[m] : store.members_start[m + 1]].tolist()
        volume = int(sum(store.volume[i] for i in members if i in inside))
        entered = [int(store.capacity[a]) * build.enters[m, a] for a in aisles if (m, a) in build.enters]
        model.add(sum(entered) >= volume)
    return [int(costs.walk[m, a]) * entered for (m, a), entered in build.enters.items()]


def _keep_apart(store: Store, build: Classes) -> None:
    alone = {members[0]: kind for kind, members in build.kinds.items() if kind[3] >= 0}
    spots: dict[tuple[Kind, int], list[cp_model.IntVar]] = {}
    for (kind, spot), count in build.counts.items():
        if kind[3] >= 0:
            a = spot if store.plain else int(store.segments.aisle[spot])
            spots.setdefault((kind, a), []).append(count)
    for i, kind in alone.items():
        for j in store.apart[store.apart_start[i] : store.apart_start[i + 1]].tolist():
            if j > i and j in alone:
                for (other, a), counts in spots.items():
                    if other == kind:
                        build.model.add(sum(counts) + sum(spots.get((alone[j], a), [])) <= 1)


def hint(store: Store, build: Classes, where: Ints) -> None:
    """Let CP-SAT start from a plan: `where` [I] holds the segments."""
    number: dict[tuple[Kind, int], int] = {}
    packed: dict[tuple[int, int], int] = {}
    entered: set[tuple[int, int]] = set()
    for kind, members in build.kinds.items():
        for i in members:
            s = int(where[i])
            a = int(store.segments.aisle[s])
            spot = a if store.plain else s
            number[kind, spot] = number.get((kind, spot), 0) + 1
            packed[kind[1], s] = packed.get((kind[1], s), 0) + 1
            entered.update((m, a) for m in store.signature(i))
    for key, count in build.counts.items():
        build.model.add_hint(count, number.get(key, 0))
    for pair, laid in build.laid.items():
        build.model.add_hint(laid, packed.get(pair, 0))
    for pair, enters in build.enters.items():
        build.model.add_hint(enters, pair in entered)


def read(store: Store, build: Classes, values: tuple[int, ...], where: Ints) -> None:
    """Put a solution, the values of `wanted`, into `where` [I]."""
    counts = dict(zip(build.counts, values, strict=False))
    laid = dict(zip(build.laid, values[len(build.counts) :], strict=True))
    waiting: dict[tuple[int, int], list[int]] = {}
    at = dict.fromkeys(build.kinds, 0)
    for (kind, spot), count in counts.items():
        members = build.kinds[kind][at[kind] : at[kind] + count]
        at[kind] += count
        if store.plain:
            waiting.setdefault((kind[1], spot), []).extend(members)
        else:
            where[members] = spot
    for (p, s), count in laid.items():
        queue = waiting.get((p, int(store.segments.aisle[s])), [])
        for _ in range(count):
            where[queue.pop()] = s
