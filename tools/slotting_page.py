"""The reference page of slotting's files, made from their schemas, and the schemas themselves."""

import json
from collections.abc import Iterator
from typing import Any

from hanmaru.decide.slotting.formats.curve import CURVE
from hanmaru.decide.slotting.formats.schemas import MOST
from hanmaru.decide.slotting.formats.schemas import SCHEMAS as FIRST

INTRODUCTION = f"""\
Where everything lies is decided from an instance and told as a plan; both are JSON files. `hanmaru solve` reads and
writes them; how: [Decide where everything lies](../how-to/decide-where-everything-lies.md).

Keys that are not listed here are refused by name. Lengths may be in any unit that is used throughout; no number is
above {MOST:,}. "optional" keys may be left out, all others must be there. `<id>` stands for the id of a material, or of
whatever else the key goes by.

A reader of another make that takes the first keys of a plan alone may leave `method` and `history` unread; `gap` and
`why` are written only with `--why`.
"""
SCHEMAS = {**FIRST, "curve": CURVE}
"""By the name of their file."""
EXAMPLES = {
    "bulk-instance": {
        "length": 900,
        "supply_points": [150, 600],
        "materials": [
            {"id": "panel", "width": 400, "trips": {"0": 12, "1": 5}},
            {"id": "screws", "width": 150, "trips": {"1": 30}},
        ],
        "today": {"panel": 650, "screws": 100},
        "rules": {"forbidden": [{"from": 440, "to": 460}]},
    },
    "bulk-plan": {
        "objective": 2600,
        "bound": 2600,
        "optimal": True,
        "seconds": 0.02,
        "seed": 1,
        "positions": {"panel": 200, "screws": 600},
    },
    "kitting-instance": {
        "aisles": [{"id": "A1", "weight": 1, "racks": [24, 24]}, {"id": "A2", "weight": 2, "racks": [24]}],
        "materials": [{"id": "P1", "bins": 3}, {"id": "P2", "bins": 1}],
        "models": [{"id": "K1", "frequency": 40, "materials": ["P1", "P2"]}],
        "today": {
            "P1": {"aisle": "A2", "rack": 0, "first_bin": 4},
            "P2": {"aisle": "A1", "rack": 1, "first_bin": 0},
        },
        "rules": {
            "blocked": [{"aisle": "A1", "rack": 0, "first_bin": 10, "bins": 2}],
            "racks": [{"aisle": "A1", "rack": 1, "level": 1}],
            "levels": [{}, {"cost": 0.5, "heaviest": 15}],
            "masses": {"P1": 40},
        },
    },
    "kitting-plan": {
        "objective": 40,
        "bound": 40,
        "optimal": True,
        "seconds": 0.4,
        "seed": 1,
        "places": {
            "P1": {"aisle": "A1", "rack": 0, "first_bin": 0},
            "P2": {"aisle": "A1", "rack": 0, "first_bin": 3},
        },
    },
    "kitting-moves": {
        "moves": [
            {
                "week": 1,
                "material": "P1",
                "bins": 3,
                "from": {"aisle": "A2", "rack": 0, "first_bin": 4},
                "to": {"aisle": "A1", "rack": 0, "first_bin": 0},
                "aside": False,
                "cost": 25,
                "change": -80,
            },
            {
                "week": 1,
                "material": "P2",
                "bins": 1,
                "from": {"aisle": "A1", "rack": 1, "first_bin": 0},
                "to": {"aisle": "A1", "rack": 0, "first_bin": 3},
                "aside": False,
                "cost": 15,
                "change": -20,
            },
        ],
        "cost": 40,
        "saving": 2500,
        "paid_in": 2,
        "remaining": 0,
        "labour": {"per_move": 10, "per_bin": 5, "moves_a_week": 40, "weeks": 26, "periods_a_week": 1},
    },
    "curve": {
        "points": [
            {"moved": 0, "objective": 140, "bound": 140},
            {"moved": 1, "objective": 60, "bound": 60},
            {"moved": 2, "objective": 40, "bound": 40},
        ],
        "seconds": 0.4,
        "seed": 1,
    },
}


def slotting_page(note: str) -> str:
    """Answer the page."""
    lines = ["# Files of slotting\n", note, INTRODUCTION]
    for name, schema in SCHEMAS.items():
        lines += [f"## {schema['title']}\n", f"Schema: [{name}.schema.json](slotting/{name}.schema.json)\n"]
        lines += ["```json", json.dumps(EXAMPLES[name], indent=2), "```\n"]
        lines += ["| key | kind | bounds | meaning |", "|---|---|---|---|"]
        lines += [f"| `{key}` | {kind} | {bounds} | {told} |" for key, kind, bounds, told in _rows(schema, "")]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def schema_text(name: str) -> str:
    """Answer a schema as its file has it."""
    return json.dumps(SCHEMAS[name], ensure_ascii=False, indent=2) + "\n"


def _rows(schema: dict[str, Any], path: str) -> Iterator[tuple[str, str, str, str]]:
    """Answer a row for every key, those inside others below them."""
    for key, one in schema["properties"].items():
        optional = "" if key in schema["required"] else "optional, "
        name = f"{path}{key}"
        yield name, optional + _kind(one), _bounds(one), one.get("description", "").replace("|", "\\|")
        inner, inside = one, name
        while "items" in inner or isinstance(inner.get("additionalProperties"), dict):
            inside += "[]" if "items" in inner else ".<id>"
            inner = inner.get("items") or inner["additionalProperties"]
        if "properties" in inner:
            yield from _rows(inner, f"{inside}.")


def _kind(schema: dict[str, Any]) -> str:
    kinds = {"array": "list", "string": "text", "integer": "whole number", "boolean": "true or false"}
    kind = schema["type"] if isinstance(schema["type"], str) else " or ".join(schema["type"])
    if "items" in schema:
        return f"list of {_kind(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_kind(schema['additionalProperties'])}"
    return kinds.get(kind, kind)


def _bounds(schema: dict[str, Any]) -> str:
    words = {
        "exclusiveMinimum": "more than {}",
        "minimum": "at least {}",
        "minItems": "at least {} entries",
        "maxItems": "at most {} entries",
    }
    told = [words[key].format(schema[key]) for key in words if key in schema and schema[key] != -MOST]
    if schema.get("maximum", MOST) != MOST:
        told.append(f"at most {schema['maximum']:,}")
    return ", ".join(told)
