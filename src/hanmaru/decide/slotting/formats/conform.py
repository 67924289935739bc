"""Holds a value from JSON against one of our schemas, and says in a sentence where it does not conform.

Only the words of JSON schema that `schemas` uses. Stricter than the standard in one thing: NaN and infinity, which
Python's reader of JSON lets through, are no numbers.
"""

import difflib
from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

from hanmaru.decide.slotting.errors import REASONS, MissingKey, UnknownKey, WrongValue
from hanmaru.decide.slotting.formats.schemas import Schema

LONGEST_SHOWN: Final = 60


def conform(value: object, schema: Schema, key: str = "") -> None:
    """Pass when the value is as the schema says. Raise WrongValue, MissingKey or UnknownKey, naming the key."""
    kind = _kind(value, schema["type"])
    if kind is None:
        kinds = schema["type"]
        quoted = f'"{value}"' if isinstance(value, str) else value  # "10" is text and looks like a number
        raise wrong(kinds if isinstance(kinds, str) else kinds[0], key, quoted)
    if kind == "object":
        _conform_object(value, schema, key)
    elif kind == "array":
        _conform_array(value, schema, key)
    elif kind == "string":
        _conform_string(value, schema, key)
    elif kind in ("number", "integer"):
        _conform_number(value, schema, key)


def wrong(reason: str, key: str, value: object, bound: object = None) -> WrongValue:
    """Answer the error of one reason."""
    return WrongValue(REASONS[reason], key=key or "the document", value=shown(value), bound=shown(bound))


def shown(value: object) -> str:
    """Answer a value as a message shows it: short, and numbers without needless digits."""
    if isinstance(value, float):
        return f"{value:.10g}"
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def joined(key: str, name: str) -> str:
    """Answer the path of a key inside another."""
    return f"{key}.{name}" if key else name


def _kind(value: object, allowed: str | list[str]) -> str | None:
    """Answer the one of the allowed kinds that a value is of; True is no number, 3.0 is a whole one."""
    kinds = [allowed] if isinstance(allowed, str) else allowed
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    is_whole = is_number and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))
    of_kind = {
        "object": isinstance(value, Mapping),
        "array": isinstance(value, list | tuple),
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "null": value is None,
        "number": is_number,
        "integer": is_whole,
    }
    return next((kind for kind in kinds if of_kind[kind]), None)


def _conform_object(value: Any, schema: Schema, key: str) -> None:
    properties: Mapping[str, Schema] = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            raise MissingKey(key=joined(key, name), what=properties[name]["description"])
    rest = schema.get("additionalProperties", True)
    for name, one in value.items():
        if not isinstance(name, str):
            raise wrong("string", joined(key, repr(name)), name)
        if name in properties:
            conform(one, properties[name], joined(key, name))
        elif rest is False:
            near = difflib.get_close_matches(name, properties, n=1, cutoff=0)[0]
            raise UnknownKey(key=joined(key, shown(name)), near=near, known=", ".join(properties))
        else:
            conform(one, rest, joined(key, name))


def _conform_array(value: Any, schema: Schema, key: str) -> None:
    if len(value) < schema.get("minItems", 0):
        raise wrong("minItems", key, len(value), schema["minItems"])
    if len(value) > schema.get("maxItems", len(value)):
        raise wrong("maxItems", key, len(value), schema["maxItems"])
    for number, one in enumerate(value):
        conform(one, schema["items"], f"{key}[{number}]")


def _conform_string(value: Any, schema: Schema, key: str) -> None:
    if len(value) < schema.get("minLength", 0):
        raise wrong("minLength", key, value)
    if len(value) > schema.get("maxLength", len(value)):
        raise wrong("maxLength", key, len(value), schema["maxLength"])


def _conform_number(value: Any, schema: Schema, key: str) -> None:
    if not isinstance(value, int) and not isfinite(value):
        raise wrong("finite", key, value)
    if "minimum" in schema and value < schema["minimum"]:
        raise wrong("minimum", key, value, schema["minimum"])
    if "exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"]:
        raise wrong("exclusiveMinimum", key, value, schema["exclusiveMinimum"])
    if "maximum" in schema and value > schema["maximum"]:
        raise wrong("maximum", key, value, schema["maximum"])
