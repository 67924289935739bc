"""The formats as JSON schemas (draft 2020-12): they rule what is read, and docs/reference/slotting shows them."""

from typing import Any, Final

Schema = dict[str, Any]

MOST: Final = 1_000_000_000
"""No length, width, number of trips or frequency is larger: sums of products then keep nine digits or more."""


def _object(properties: dict[str, Schema], *optional: str, **more: Any) -> Schema:
    required = [key for key in properties if key not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False, **more}


def _list(items: Schema, what: str, **more: Any) -> Schema:
    return {"type": "array", "items": items, "description": what, **more}


def _by_id(values: Schema, what: str) -> Schema:
    return {"type": "object", "additionalProperties": values, "description": what}


def _number(what: str, **bounds: float) -> Schema:
    return {"type": "number", "maximum": MOST, "description": what} | bounds


def _whole(what: str, **bounds: int) -> Schema:
    return {"type": "integer", "maximum": MOST, "description": what} | bounds


def _id(what: str) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": 200, "description": what}


def _document(title: str, body: Schema) -> Schema:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **body}


_CENTRE: Final = _number("coordinate of the centre of a material's zone", minimum=0)
_BULK_MATERIAL: Final = _object(
    {
        "id": _id("name of the material, given once"),
        "width": _number("width of its storage zone along the strip", exclusiveMinimum=0),
        "trips": _by_id(
            _number("trips a day", minimum=0), "trips a day by the number of the supply point, from 0: {'0': 12}"
        ),
    },
    description="what lies on the strip",
)
_STRETCH: Final = _object(
    {"from": _number("where it begins", minimum=0), "to": _number("where it ends", minimum=0)},
    description="a stretch of the strip",
)
_APART: Final = _object(
    {
        "materials": _list(_id("material"), "the two materials", minItems=2, maxItems=2),
        "distance": _number("the least distance of their centres", exclusiveMinimum=0),
    },
    description="two materials that must not be near",
)
_BULK_RULES: Final = _object(
    {
        "fixed": _by_id(_CENTRE, "centres that stand, by material; on the first strip where rules.strips tells none"),
        "forbidden": _list(_STRETCH, "stretches where nothing may lie: pillars, doors"),
        "together": _list(
            _list(_id("material"), "a group", minItems=2), "groups that stand side by side with nothing between"
        ),
        "apart": _list(_APART, "pairs that must not be near each other"),
        "clearance": _number("the least clear gap between neighbouring zones", minimum=0),
        "most_moved": _whole("how many materials may lie elsewhere than today", minimum=0),
        "strips": _by_id(_id("id of the strip"), "the strip on which a material must lie, by material"),
    },
    "fixed",
    "forbidden",
    "together",
    "apart",
    "clearance",
    "most_moved",
    "strips",
    description="what a planner asks for beyond a short way",
)
_STRIP: Final = _object(
    {
        "id": _id("name of the strip, given once"),
        "from": _number("coordinate at which it begins", minimum=0),
        "to": _number("coordinate at which it ends", minimum=0),
        "detour": _number("what every trip to or from it is longer: across the way, around a corner", minimum=0),
        "forbidden": _list(_STRETCH, "stretches of this strip where nothing may lie"),
    },
    "detour",
    "forbidden",
    description="one of several strips, or one side of a way",
)
BULK_INSTANCE: Final = _document(
    "Bulk supply, instance",
    _object(
        {
            "length": _number("length of the strip, in any unit that is used throughout", exclusiveMinimum=0),
            "supply_points": _list(
                _number("coordinate along the strip", minimum=-MOST),
                "coordinates of the supply points; they may lie beyond the ends of the strip",
                minItems=1,
            ),
            "materials": _list(_BULK_MATERIAL, "what lies on the strip", minItems=1),
            "today": _by_id(_CENTRE, "centres of today's layout, by material"),
            "today_strips": _by_id(_id("id of the strip"), "strips of today's layout, by material, of several strips"),
            "rules": _BULK_RULES,
            "strips": _list(
                _STRIP, "several strips within 0 to length that share its coordinate, in place of the one", minItems=1
            ),
        },
        "today",
        "today_strips",
        "rules",
        "strips",
    ),
)

_HISTORY: Final = _list(
    _list({"type": ["number", "null"]}, "seconds, best objective, bound", minItems=3, maxItems=3),
    "what was known when: [seconds, best objective or null, bound]",
)
_GAP: Final[Schema] = {
    "type": "number",
    "minimum": 0,
    "description": "(objective - bound) / objective: how much may be too much at most",
}
_CHANGE: Final[Schema] = {"type": "number", "description": "by how much the objective would change"}
_COST: Final[Schema] = {"type": "number", "minimum": 0, "description": "its part of the objective"}
_ABOUT_PLAN: Final[dict[str, Schema]] = {
    "objective": {"type": "number", "minimum": 0, "description": "what the plan costs"},
    "bound": {"type": "number", "minimum": 0, "description": "no plan costs less"},
    "optimal": {"type": "boolean", "description": "whether it is proven that no plan costs less"},
    "seconds": {"type": "number", "minimum": 0, "description": "how long the search took"},
    "seed": {"type": "integer", "description": "by which the search can be repeated"},
    "method": {"type": "string", "description": "what found the plan"},
}
_WHY_ALONG: Final = _object(
    {
        "cost": _COST,
        "pulls": _list(
            _object(
                {
                    "supply_point": _whole("number of the supply point, from 0", minimum=0),
                    "trips": _number("trips a day", minimum=0),
                    "way": {"type": "number", "description": "from the centre; less than 0 where it is on the left"},
                }
            ),
            "the flows that pull it, the strongest first",
        ),
        "left": {"type": "number", "minimum": 0, "description": "trips a day that pull to the left"},
        "right": {"type": "number", "minimum": 0, "description": "trips a day that pull to the right"},
        "alone_at": {"type": "number", "description": "where it would lie were the strip empty"},
        "alone": {"type": "number", "minimum": 0, "description": "what it would cost there"},
        "swaps": _list(
            _object({"material": _id("with which material"), "change": _CHANGE}),
            "what changing places with a neighbour would cost, all between shifted, the cheapest first",
        ),
    },
    description="why a material lies where it lies",
)
BULK_PLAN: Final = _document(
    "Bulk supply, plan",
    _object(
        {
            **_ABOUT_PLAN,
            "positions": _by_id(_CENTRE, "centre of every material's zone, by material"),
            "history": _HISTORY,
            "strips": _by_id(_id("id of the strip"), "strip of every material, by material, where there are several"),
            "gap": _GAP,
            "why": _by_id(_WHY_ALONG, "why each material lies where it lies; with --why"),
        },
        "method",
        "history",
        "strips",
        "gap",
        "why",
    ),
)

_PLACE: Final = _object(
    {
        "aisle": _id("id of the aisle"),
        "rack": _whole("number of the rack in the aisle, from 0", minimum=0),
        "first_bin": _whole("number of the first of the material's bins in the rack, from 0", minimum=0),
    },
    description="where a material's run of bins begins",
)
_AISLE: Final = _object(
    {
        "id": _id("name of the aisle, given once"),
        "weight": _number("cost of entering it once: its distance from the in/out point", minimum=0),
        "racks": _list(
            _whole("number of bins", minimum=1, maximum=1_000_000),
            "its racks, by their numbers of bins; no material reaches from one rack into the next",
            minItems=1,
        ),
    },
    description="an aisle of racks",
)
_KITTING_MATERIAL: Final = _object(
    {
        "id": _id("name of the material, given once"),
        "bins": _whole("how many adjacent bins of one rack it needs", minimum=1, maximum=1_000_000),
    },
    description="what lies in the bins",
)
_MODEL: Final = _object(
    {
        "id": _id("name of the model, given once"),
        "frequency": _number("how often its kit is picked", exclusiveMinimum=0),
        "materials": _list(_id("material"), "its bill of material", minItems=1),
    },
    description="a kit that is picked",
)
_RACK: Final[dict[str, Schema]] = {
    "aisle": _id("id of the aisle"),
    "rack": _whole("number of the rack in the aisle, from 0", minimum=0),
}
_BLOCKED: Final = _object(
    {
        **_RACK,
        "first_bin": _whole("number of the first bin, from 0", minimum=0),
        "bins": _whole("how many bins", minimum=1, maximum=1_000_000),
    },
    description="adjacent bins of one rack",
)
_KIND_OF_RACK: Final = _object(
    {
        **_RACK,
        "level": _whole("its level, counted in rules.levels; 0 where not told", minimum=0, maximum=1000),
        "bin_size": _id("the size of its bins; ordinary where not told"),
    },
    "level",
    "bin_size",
    description="a rack that stands higher, or has bins of another size",
)
_LEVEL: Final = _object(
    {
        "cost": _number("what a pick costs more there, in the unit of an aisle's weight", minimum=0),
        "heaviest": _number("the heaviest material that may lie there, in kg", minimum=0),
    },
    "cost",
    "heaviest",
    description="a level",
)
_WEIGHTS: Final = _by_id(_number("its distance", minimum=0), "the distance of every aisle, by aisle")
_KITTING_RULES: Final = _object(
    {
        "fixed": _by_id(_PLACE, "places that stand, by material"),
        "aisles": _by_id(
            _list(_id("id of an aisle"), "aisles", minItems=1), "the only aisles in which it may lie, by material"
        ),
        "forbidden": _by_id(
            _list(_object(_RACK, description="a rack"), "racks", minItems=1), "racks where it must not lie, by material"
        ),
        "blocked": _list(_BLOCKED, "bins that hold nothing: pillars, doors"),
        "apart": _list(
            _list(_id("material"), "two materials", minItems=2, maxItems=2), "pairs that must not lie in the same aisle"
        ),
        "racks": _list(_KIND_OF_RACK, "racks that stand above the floor, or have bins of another size"),
        "levels": _list(_LEVEL, "the levels, from the floor up", minItems=1),
        "masses": _by_id(_number("kg", minimum=0), "what all of it weighs in kg, by material; 0 where not told"),
        "bins_by_size": _by_id(
            _by_id(_whole("bins", minimum=1, maximum=1_000_000), "bins by size"),
            "how many bins of other sizes it needs instead, by material and size; a size not told cannot hold it",
        ),
        "depots": _by_id(_WEIGHTS, "in/out points: the distance of every aisle from each, by depot and aisle"),
        "depot_of": _by_id(_id("name of the depot"), "the depot it is picked from, by model; else the aisles' weights"),
        "replenishments": _by_id(
            _number("times", minimum=0), "how often it is brought from the dock while kits are picked, by material"
        ),
        "dock": _by_id(_number("its distance", minimum=0), "the distance of every aisle from the dock, by aisle"),
        "most_moved": _whole("how many materials may lie elsewhere than today", minimum=0),
    },
    "fixed",
    "aisles",
    "forbidden",
    "blocked",
    "apart",
    "racks",
    "levels",
    "masses",
    "bins_by_size",
    "depots",
    "depot_of",
    "replenishments",
    "dock",
    "most_moved",
    description="what a planner asks for beyond few and near aisles",
)
KITTING_INSTANCE: Final = _document(
    "Kitting supply, instance",
    _object(
        {
            "aisles": _list(_AISLE, "the aisles of the store", minItems=1),
            "materials": _list(_KITTING_MATERIAL, "what lies in the bins", minItems=1),
            "models": _list(_MODEL, "the kits that are picked", minItems=1),
            "today": _by_id(_PLACE, "today's places, by material"),
            "rules": _KITTING_RULES,
        },
        "today",
        "rules",
    ),
)
_WHY_INSIDE: Final = _object(
    {
        "cost": _COST,
        "pulls": _list(
            _object(
                {
                    "model": _id("id of the model"),
                    "cost": {"type": "number", "minimum": 0, "description": "what it pays to enter the aisle"},
                    "companions": _whole("how many others of its materials lie there", minimum=0),
                }
            ),
            "the models that use it, those that enter for it alone first",
        ),
        "elsewhere": _list(
            _object(
                {
                    "aisle": _id("id of the aisle"),
                    "change": _CHANGE,
                    "room": {"type": "boolean", "description": "whether enough adjacent bins are free there"},
                }
            ),
            "what other aisles would cost were it moved alone, the cheapest first",
        ),
    },
    description="why a material lies where it lies",
)
_LABOUR: Final = _object(
    {
        "per_move": _number("what one move costs, in the unit of the plan's objective", minimum=0),
        "per_bin": _number("what it costs more for every bin", minimum=0),
        "moves_a_week": _whole("how many moves can be made in a week", minimum=1),
        "weeks": _whole("after so many weeks it must have paid", minimum=1),
        "periods_a_week": _number("periods of the frequencies in a week: 5 where they are per day", exclusiveMinimum=0),
    },
    description="what moving costs",
)
_MOVE: Final = _object(
    {
        "week": _whole("week in which it is made, from 1", minimum=1),
        "material": _id("id of the material"),
        "bins": _whole("how many bins it takes at its new place", minimum=1),
        "from": _PLACE,
        "to": _PLACE,
        "aside": {"type": "boolean", "description": "whether it is only laid aside, to be moved again"},
        "cost": {"type": "number", "minimum": 0, "description": "what the move costs"},
        "change": {"type": "number", "description": "by how much it changes the plan's objective, per period"},
    },
    description="one move",
)
KITTING_PLAN: Final = _document(
    "Kitting supply, plan",
    _object(
        {
            **_ABOUT_PLAN,
            "places": _by_id(_PLACE, "place of every material, by material"),
            "history": _HISTORY,
            "gap": _GAP,
            "why": _by_id(_WHY_INSIDE, "why each material lies where it lies; with --why"),
        },
        "optimal",
        "method",
        "history",
        "gap",
        "why",
    ),
)
KITTING_MOVES: Final = _document(
    "Kitting supply, moves from today's places to a plan's",
    _object(
        {
            "moves": _list(_MOVE, "the moves in their order: each finds its bins free"),
            "cost": {"type": "number", "minimum": 0, "description": "what all moves cost"},
            "saving": {"type": "number", "minimum": 0, "description": "what they save until the date"},
            "paid_in": {
                "type": ["integer", "null"],
                "description": "the week, from 1, at whose end they have paid; null where nothing is moved",
            },
            "remaining": _whole("materials that do not lie where the plan wants them: it would not pay", minimum=0),
            "labour": _LABOUR,
        }
    ),
)

SCHEMAS: Final[dict[str, Schema]] = {
    "bulk-instance": BULK_INSTANCE,
    "bulk-plan": BULK_PLAN,
    "kitting-instance": KITTING_INSTANCE,
    "kitting-plan": KITTING_PLAN,
    "kitting-moves": KITTING_MOVES,
}
