"""Messages as frozen dataclasses, and their JSON taken strictly: every field known, typed, within its bounds.

A field is declared with `told(...)`, which holds its bounds and the sentence for the reference page. Types are int,
float, str, bool, datetime (UTC), a Literal, a nested dataclass, a tuple of one of them, and each of these or None.
"""

import json
import math
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, field, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from hanmaru.floor.words import sentence, whole
from hanmaru.kernel.errors import Invalid

T = TypeVar("T")

# Beyond 2**53 - 1 a JSON number loses digits in readers that take it as a double (RFC 8259, section 6).
LARGEST_INTEGER: Final = 2**53 - 1


class WrongShape(Invalid):
    """A message that does not keep to its description; the sentence names the field."""

    code = "message.shape"
    message = "%(field)s: %(problem)s"

    def __init__(self, *, field: object, problem: str) -> None:
        """Take the field by its path, and what is to be changed; a problem without figures is its own template."""
        super().__init__(field=field, problem=whole(problem))


def told(
    description: str,
    *,
    low: float | None = None,
    high: float | None = None,
    longest: int | None = None,
    most: int | None = None,
    default: object = MISSING,
    secret: bool = False,
    opens: Literal["", "file", "port"] = "",
) -> Any:
    """Declare a field: numbers lie in low..high, a text has 0 to `longest` characters, a tuple 0 to `most` items.

    A `secret` is taken and kept, and never shown again. What `opens` a file or a serial port of the machine is looked
    at by gateway.allowed before it is used.
    """
    bounds = {
        "description": description,
        "low": low,
        "high": high,
        "longest": longest,
        "most": most,
        "secret": secret,
        "opens": opens,
    }
    return field(metadata=bounds) if default is MISSING else field(default=default, metadata=bounds)


def from_json(text: str | bytes) -> Any:
    """Decode JSON; raises `WrongShape` where it is not, names a key twice, or holds NaN or Infinity."""
    try:
        return json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise WrongShape(field="message", problem="send one JSON object") from error


def take(shape: Callable[..., T], value: object, where: str = "message") -> T:
    """Make a `shape` of decoded JSON; raises `WrongShape` naming the field by its path."""
    if not isinstance(value, Mapping):
        raise WrongShape(field=where, problem="give an object")
    hints, declared = _hints(shape), _declared(shape)
    if unknown := [name for name in value if name not in declared]:
        raise WrongShape(field=f"{where}.{str(unknown[0])[:40]}", problem="no such field; leave it out")
    if missing := [name for name, one in declared.items() if name not in value and one.default is MISSING]:
        raise WrongShape(field=f"{where}.{missing[0]}", problem="missing; give it")
    return shape(
        **{name: _taken(hints[name], value[name], f"{where}.{name}", declared[name].metadata) for name in value}
    )


def give(message: Any) -> dict[str, Any]:
    """Make plain data for JSON of a shape; raises `WrongShape` where it breaks its own bounds."""
    plain = {one.name: _plain(getattr(message, one.name)) for one in fields(message)}
    take(type(message), plain)
    return plain


def without_secrets(shape: Callable[..., object], value: Mapping[str, object]) -> dict[str, object]:
    """Answer plain data of a shape to be shown: what is secret and given becomes `***`."""
    declared = _declared(shape)
    return {
        name: "***" if one and name in declared and declared[name].metadata["secret"] else one
        for name, one in value.items()
    }


def describe(shape: Callable[..., object]) -> list[tuple[str, str, str, str]]:
    """Answer (field, type, bounds, description) of every field, for the reference page."""
    hints = _hints(shape)
    return [
        (one.name, _type_name(hints[one.name]), _bounds(one), str(one.metadata["description"]))
        for one in _declared(shape).values()
    ]


@cache
def _hints(shape: Any) -> dict[str, Any]:
    return get_type_hints(shape)


@cache
def _declared(shape: Any) -> dict[str, Field[Any]]:
    return {one.name: one for one in fields(shape)}


def _taken(hint: Any, value: object, where: str, bounds: Mapping[str, Any]) -> object:
    if get_origin(hint) in {Union, types.UnionType}:
        if value is None:
            return None
        (hint,) = (one for one in get_args(hint) if one is not types.NoneType)
    if get_origin(hint) is Literal:
        return _literal(get_args(hint), value, where)
    if get_origin(hint) is tuple:
        return _items(get_args(hint)[0], value, where, bounds)
    if isinstance(hint, type) and is_dataclass(hint):
        return take(hint, value, where)
    return _SCALARS[hint](value, where, bounds)


def _literal(allowed: tuple[object, ...], value: object, where: str) -> object:
    for one in allowed:
        if type(one) is type(value) and one == value:
            return one
    raise WrongShape(field=where, problem=sentence("give one of %(known)s", known=", ".join(map(str, allowed))))


def _items(hint: Any, value: object, where: str, bounds: Mapping[str, Any]) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise WrongShape(field=where, problem="give a list")
    if len(value) > bounds["most"]:
        raise WrongShape(
            field=where,
            problem=sentence("%(count)s items, at most %(most)s at once", count=len(value), most=bounds["most"]),
        )
    return tuple(_taken(hint, item, f"{where}[{place}]", bounds) for place, item in enumerate(value))


def _integer(value: object, where: str, bounds: Mapping[str, Any]) -> int:
    if type(value) is not int:
        raise WrongShape(field=where, problem="give a whole number")
    _within(value, where, bounds, -LARGEST_INTEGER, LARGEST_INTEGER)
    return value


def _number(value: object, where: str, bounds: Mapping[str, Any]) -> float:
    if type(value) not in {int, float}:
        raise WrongShape(field=where, problem="give a number")
    _within(value, where, bounds, -math.inf, math.inf)  # type: ignore[arg-type]
    return float(value)  # type: ignore[arg-type]


def _within(value: float, where: str, bounds: Mapping[str, Any], lowest: float, highest: float) -> None:
    low = lowest if bounds["low"] is None else bounds["low"]
    high = highest if bounds["high"] is None else bounds["high"]
    if not low <= value <= high:
        raise WrongShape(field=where, problem=sentence("give %(low)s to %(high)s", low=low, high=high))


def _text(value: object, where: str, bounds: Mapping[str, Any]) -> str:
    if not isinstance(value, str):
        raise WrongShape(field=where, problem="give a text")
    if len(value) > bounds["longest"]:
        raise WrongShape(
            field=where,
            problem=sentence("%(count)s characters, at most %(most)s", count=len(value), most=bounds["longest"]),
        )
    if any("\ud800" <= character <= "\udfff" or character == "\0" for character in value):
        raise WrongShape(field=where, problem="half a character or a NUL in the text; send valid Unicode")
    return value


def _truth(value: object, where: str, _: Mapping[str, Any]) -> bool:
    if not isinstance(value, bool):
        raise WrongShape(field=where, problem="give true or false")
    return value


def _moment(value: object, where: str, _: Mapping[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.utcoffset() != timedelta(0):
        raise WrongShape(field=where, problem="give a time in UTC as 2026-01-31T09:00:00.000+00:00")
    return moment.astimezone(UTC)


_SCALARS: Final[dict[Any, Callable[[object, str, Mapping[str, Any]], object]]] = {
    int: _integer,
    float: _number,
    str: _text,
    bool: _truth,
    datetime: _moment,
}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _refuse_constant(_: str) -> None:
    raise ValueError


def _type_name(hint: Any) -> str:
    if get_origin(hint) in {Union, types.UnionType}:
        (inner,) = (one for one in get_args(hint) if one is not types.NoneType)
        return f"{_type_name(inner)} or null"
    if get_origin(hint) is Literal:
        return ", ".join(f"`{json.dumps(one)}`" for one in get_args(hint))
    if get_origin(hint) is tuple:
        return f"list of {_type_name(get_args(hint)[0])}"
    names = {int: "whole number", float: "number", str: "text", bool: "true or false", datetime: "time"}
    return names.get(hint) or f"{hint.__name__}"


def _bounds(declared: Field[Any]) -> str:
    bounds, said = declared.metadata, []
    if bounds["longest"] is not None:
        said.append(f"at most {bounds['longest']} characters")
    if bounds["most"] is not None:
        said.append(f"at most {bounds['most']}")
    if bounds["low"] is not None:
        said.append(f"{bounds['low']} to {bounds['high']}")
    if declared.default is not MISSING:
        said.append("may be left out")
    return ", ".join(said)
