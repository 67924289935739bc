"""Made-up instances of the shapes that the source measures, as JSON has them: same name and seed, same instance.

The source's own instances are not public. Of its Tables 7 and 8 it tells the numbers of materials and, by its results,
the size of the objectives; the rest is chosen so that these come out alike. Lengths are centimetres.

Bulk: `table7-N` N materials, each carried to all of ten supply points; `sparse-N` to one, two or three of them;
`case-N` a TV plant: most materials for one line, some for two or three, a few for nearly all, trips very unequal, a
layout of today; `tv-plant` is the source's plant, 59 materials, 11 lines along 135 m.
Kitting: `table8-N` models in families that share materials; `store-N` a store of N materials that is laid out by
number today; `smd-store` the source's, 804 materials, 55 models, 30 racks, 4,320 bins; `warehouse-N` the like with more
bins for a material; `large-store` 5,000 materials, 40,000 bins.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from hanmaru.kernel.errors import Invalid

Instance = dict[str, Any]


class UnknownShape(Invalid):
    """No instance is made like that."""

    code = "slotting.unknown_shape"
    message = "There is no instance like %(like)s. There are: %(known)s; N is a number from 2 to 100000"


class WrongFill(Invalid):
    """A strip or a store cannot be filled so."""

    code = "slotting.wrong_fill"
    message = "The fill must be more than 0 and at most 1; it is %(fill)s"


def generate_bulk(like: str, seed: int, fill: float | None = None) -> Instance:
    """Answer a bulk instance; `fill` is the share of the strip that zones take, 1 unless told. Raise UnknownShape."""
    return _generate(like, seed, fill, _BULK)


def generate_kitting(like: str, seed: int, fill: float | None = None) -> Instance:
    """Answer a kitting instance; `fill` is the share of the bins that materials take, 0.9 unless told.

    Raise UnknownShape.
    """
    return _generate(like, seed, fill, _KITTING)


def _generate(like: str, seed: int, fill: float | None, shapes: "dict[str, _Maker]") -> Instance:
    shape, _, number = NAMED.get(like, like).rpartition("-")
    if shape not in shapes or not re.fullmatch(r"[0-9]{1,6}", number) or not 2 <= int(number) <= 100_000:
        named = [name for name, same in NAMED.items() if same.partition("-")[0] in shapes]
        names = [*(f"{name}-N" for name in shapes), *named]
        raise UnknownShape(like=like, known=", ".join(names))
    if fill is not None and not 0 < fill <= 1:
        raise WrongFill(fill=fill)
    chance = Random(f"{shape}-{number} {seed}")  # noqa: S311 - made-up figures, no secret
    return shapes[shape](chance, int(number), fill)


def _table7(chance: Random, number: int, fill: float | None) -> Instance:
    widths = [10 * chance.randint(5, 15) for _ in range(number)]
    length = _strip(widths, fill)
    points = sorted(10 * chance.randint(0, length // 10) for _ in range(10))
    trips = [{str(point): chance.randint(1, 70) for point in range(10)} for _ in widths]
    return _strip_instance(length, points, widths, trips)


def _sparse(chance: Random, number: int, fill: float | None) -> Instance:
    widths = [10 * chance.randint(5, 15) for _ in range(number)]
    length = _strip(widths, fill)
    points = sorted(10 * chance.randint(0, length // 10) for _ in range(10))
    trips = [
        {str(point): chance.randint(1, 70) for point in sorted(chance.sample(range(10), chance.randint(1, 3)))}
        for _ in widths
    ]
    return _strip_instance(length, points, widths, trips)


CASE_LENGTH: Final = 13_500  # cm, of the source's plant
CASE_MATERIALS: Final = 59
LINES: Final = 11


def _case(chance: Random, number: int, fill: float | None) -> Instance:
    """Make a TV plant. The strip is as long as the source's for 59 materials, and grows with their number."""
    length = round(CASE_LENGTH * number / CASE_MATERIALS / 10) * 10
    widths = _shares(chance, number, round(length * (fill or 1) / 10), least=5)
    points = [round(length * (line + 0.5) / LINES / 10) * 10 for line in range(LINES)]
    trips = []
    for _ in widths:
        of_all = chance.random()
        lines = 1 if of_all < 0.6 else chance.randint(2, 3) if of_all < 0.88 else chance.randint(6, LINES)
        mean = chance.lognormvariate(3.3, 0.9)
        chosen = sorted(chance.sample(range(LINES), lines))
        trips.append({str(line): max(1, round(mean * chance.uniform(0.5, 1.5))) for line in chosen})
    instance = _strip_instance(length, points, [10 * width for width in widths], trips)
    instance["today"] = _side_by_side(instance, length)
    return instance


def _strip(widths: list[int], fill: float | None) -> int:
    """Answer the length of a strip that these widths fill so far; without slack exactly."""
    return sum(widths) if fill is None or fill == 1 else round(sum(widths) / fill / 10) * 10


def _shares(chance: Random, number: int, whole: int, least: int) -> list[int]:
    """Divide a whole number into unequal shares of at least `least` each, as far as there is enough."""
    least = min(least, whole // number)
    weights = [chance.lognormvariate(0, 0.6) for _ in range(number)]
    rest, total = whole - least * number, sum(weights)
    shares = [least + int(rest * weight / total) for weight in weights]
    for place in range(whole - sum(shares)):
        shares[place % number] += 1
    return shares


def _strip_instance(length: int, points: list[int], widths: list[int], trips: list[dict[str, int]]) -> Instance:
    materials = [
        {"id": f"M{place}", "width": width, "trips": to}
        for place, (width, to) in enumerate(zip(widths, trips, strict=True), 1)
    ]
    return {"length": length, "supply_points": points, "materials": materials}


def _side_by_side(instance: Instance, length: int) -> dict[str, float]:
    """Answer the layout of who numbers materials and lays them so, idle space spread evenly."""
    gap = (length - sum(one["width"] for one in instance["materials"])) / len(instance["materials"])
    centres, reached = {}, 0.0
    for one in instance["materials"]:
        centres[one["id"]] = reached + one["width"] / 2
        reached += one["width"] + gap
    return centres


@dataclass(frozen=True, slots=True)
class _Store:
    """The measures of a store: models, their families, racks of an aisle, bins of a rack, bins of a material."""

    models: int
    families: int
    size: tuple[int, int]
    common: float
    racks: int
    rack: int
    bins: tuple[int, int]


def _table8(chance: Random, number: int, fill: float | None) -> Instance:
    size = (3, 5 + number // 12)
    store = _Store(max(3, number // 4), max(1, number // 25), size, 0.2, racks=2, rack=18, bins=(1, 5))
    return _store_instance(chance, number, fill, store)


SMD_MATERIALS: Final = 804
SMD_RACKS: Final = 30
SMD_BINS: Final = 144  # of a rack: 4,320 in all


LARGE_MATERIALS: Final = 5_000
LARGE_RACKS: Final = 250
LARGE_BINS: Final = 160  # of a rack: 40,000 in all


def _surface_mount(chance: Random, number: int, fill: float | None) -> Instance:
    """Make a surface-mount store: reels, of which some are on nearly every board; laid out by number today."""
    racks = SMD_RACKS if number == SMD_MATERIALS and fill is None else None
    return _reels(chance, number, fill, (1, 9), (SMD_BINS, racks))


def _warehouse(chance: Random, number: int, fill: float | None) -> Instance:
    """Make the same with more bins for a material: seven on average."""
    racks = LARGE_RACKS if number == LARGE_MATERIALS and fill is None else None
    return _reels(chance, number, fill, (1, 13), (LARGE_BINS, racks))


def _reels(
    chance: Random, number: int, fill: float | None, bins: tuple[int, int], racks: tuple[int, int | None]
) -> Instance:
    """Make a store by its bins of a material, its bins of a rack, and its racks: None for as many as are needed."""
    models = max(3, round(55 * number / SMD_MATERIALS))
    store = _Store(models, max(1, models // 6), (20, 70), 0.1, racks=2, rack=racks[0], bins=bins)
    instance = _store_instance(chance, number, fill, store)
    if racks[1]:
        instance["aisles"] = aisles_in_a_row(racks[1] // 2, 2, racks[0])
    instance["today"] = _first_fit(instance)
    return instance


def _store_instance(chance: Random, number: int, fill: float | None, store: _Store) -> Instance:
    """Make models in families: a family has materials of its own, and some are common to all families."""
    materials = [{"id": f"P{place}", "bins": chance.randint(*store.bins)} for place in range(1, number + 1)]
    names = [str(one["id"]) for one in materials]
    chance.shuffle(names)
    common, own = names[: round(number * store.common)], names[round(number * store.common) :]
    families = [own[place :: store.families] for place in range(store.families)]
    bills = [_bill(chance, families[place % store.families], common, store.size) for place in range(store.models)]
    _use_all(chance, [*families, common], bills)
    models = [
        {
            "id": f"K{place}",
            "frequency": 100 * max(1, round(chance.lognormvariate(1, 0.8))),
            "materials": sorted(bill, key=_number),
        }
        for place, bill in enumerate(bills, 1)
    ]
    needed = sum(int(str(one["bins"])) for one in materials)
    aisle = store.racks * store.rack
    aisles = aisles_in_a_row(-(-round(needed / (fill or 0.9)) // aisle), store.racks, store.rack)
    return {"aisles": aisles, "materials": materials, "models": models}


def _bill(chance: Random, family: list[str], common: list[str], size: tuple[int, int]) -> set[str]:
    wanted = chance.randint(*size)
    shared = min(len(common), sum(chance.random() < 0.25 for _ in range(wanted)))
    return {*chance.sample(common, shared), *chance.sample(family, min(len(family), max(1, wanted - shared)))}


def _use_all(chance: Random, families: list[list[str]], bills: list[set[str]]) -> None:
    """Add what is on no bill to one of its family; what is common, to any."""
    used = set().union(*bills)
    own = len(families) - 1
    for place, family in enumerate(families):
        ours = bills[place::own] if place < own else bills
        for name in family:
            if name not in used:
                chance.choice(ours or bills).add(name)


def _number(name: str) -> int:
    return int(name[1:])


def aisles_in_a_row(number: int, racks: int, rack: int) -> list[dict[str, Any]]:
    """Answer aisles in a row: the n-th lies n times as far from the in/out point as the first."""
    return [{"id": f"A{place}", "weight": place, "racks": [rack] * racks} for place in range(1, number + 1)]


def _first_fit(instance: Instance) -> dict[str, dict[str, Any]]:
    """Lay materials by their number, each into the first rack with room. One that finds none has no place today."""
    racks = [(aisle["id"], rack, has) for aisle in instance["aisles"] for rack, has in enumerate(aisle["racks"])]
    taken, places = [0] * len(racks), {}
    for one in instance["materials"]:
        for place, (aisle, rack, has) in enumerate(racks):
            if taken[place] + one["bins"] <= has:
                places[one["id"]] = {"aisle": aisle, "rack": rack, "first_bin": taken[place]}
                taken[place] += one["bins"]
                break
    return places


_Maker = Callable[[Random, int, float | None], Instance]
_BULK: Final[dict[str, _Maker]] = {"table7": _table7, "sparse": _sparse, "case": _case}
_KITTING: Final[dict[str, _Maker]] = {"table8": _table8, "store": _surface_mount, "warehouse": _warehouse}
NAMED: Final = {
    "tv-plant": f"case-{CASE_MATERIALS}",
    "smd-store": f"store-{SMD_MATERIALS}",
    "large-store": f"warehouse-{LARGE_MATERIALS}",
}
"""Shapes known by the name of their plant."""
