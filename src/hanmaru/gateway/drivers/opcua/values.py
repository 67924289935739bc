"""What a value of OPC UA is to us, and the other way round for writing. No network here.

Numbers of every width become a number; integers that a double cannot hold are a text as well. Texts, times, node ids
and the like become a text. Arrays and structures become JSON: byte strings in base64, times after ISO 8601, and
NaN and the infinities as texts, as OPC UA Part 6, 5.4.2 says.
"""

import base64
import json
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

from asyncua import ua
from asyncua.ua.uaerrors import UaError

from hanmaru.floor.reading import LONGEST_TEXT, exact

INTEGERS: Final = {
    ua.VariantType.SByte: (-(2**7), 2**7 - 1),
    ua.VariantType.Byte: (0, 2**8 - 1),
    ua.VariantType.Int16: (-(2**15), 2**15 - 1),
    ua.VariantType.UInt16: (0, 2**16 - 1),
    ua.VariantType.Int32: (-(2**31), 2**31 - 1),
    ua.VariantType.UInt32: (0, 2**32 - 1),
    ua.VariantType.Int64: (-(2**63), 2**63 - 1),
    ua.VariantType.UInt64: (0, 2**64 - 1),
}
FLOATS: Final = {ua.VariantType.Float, ua.VariantType.Double}


class Unfit(ValueError):
    """A wanted value that the node's type cannot take; the words are for people."""


@dataclass(slots=True)
class Plain:
    """A value as we keep it; `cut`: the text was too long. `unknown`: structures whose description is not loaded."""

    number: float | None = None
    text: str | None = None
    cut: bool = False
    unknown: frozenset[ua.NodeId] = frozenset()


def plain_of(variant: ua.Variant) -> Plain:
    """Answer a value of any built-in type as number or text."""
    value = variant.Value
    if value is None:
        return Plain()
    if not variant.is_array:
        if isinstance(value, ua.StatusCode):
            value = value.value
        if isinstance(value, bool | int) and not isinstance(value, Enum):
            return Plain(*exact(int(value)))
        if isinstance(value, float):
            return Plain(value)
        if variant.VariantType is not ua.VariantType.ExtensionObject:
            simple = _jsonable(value, set())
            return _texted(simple if isinstance(simple, str) else json.dumps(simple, ensure_ascii=False), set())
    unknown: set[ua.NodeId] = set()
    return _texted(json.dumps(_jsonable(value, unknown), ensure_ascii=False, allow_nan=False), unknown)


def _texted(text: str, unknown: set[ua.NodeId]) -> Plain:
    # asyncua keeps bytes that are no UTF-8 as half characters, which no one else can take.
    whole = text.encode("utf-8", "surrogateescape")
    cut = whole[:LONGEST_TEXT].decode("utf-8", "ignore" if len(whole) > LONGEST_TEXT else "replace")
    return Plain(None, cut, len(whole) > LONGEST_TEXT, frozenset(unknown))


def _jsonable(value: Any, unknown: set[ua.NodeId]) -> Any:  # noqa: PLR0911 - one answer for each kind of value
    for kind, change in _SIMPLE.items():
        if isinstance(value, kind):
            return change(value)
    if isinstance(value, list | tuple):
        return [_jsonable(one, unknown) for one in value]
    if isinstance(value, ua.Variant):
        return _jsonable(value.Value, unknown)
    if isinstance(value, ua.ExtensionObject):
        if value.Body is None:
            return None
        unknown.add(value.TypeId)
        return {"TypeId": value.TypeId.to_string(), "Body": base64.b64encode(value.Body).decode()}
    if is_dataclass(value):
        names = [one.name for one in fields(value) if one.name != "Encoding"]
        return {name: _jsonable(getattr(value, name), unknown) for name in names}
    return str(value)


def _float(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _moment(value: datetime) -> str:
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()


# In this order: a bool is an int, an Enum may be one as well.
_SIMPLE: Final[dict[Any, Any]] = {
    type(None): lambda _: None,
    bool: bool,
    Enum: lambda value: value.value,
    int: int,
    float: _float,
    str: str,
    bytes: lambda value: base64.b64encode(value).decode(),
    datetime: _moment,
    UUID: str,
    ua.NodeId: lambda value: value.to_string(),
    ua.QualifiedName: lambda value: f"{value.NamespaceIndex}:{value.Name}" if value.NamespaceIndex else value.Name,
    ua.LocalizedText: lambda value: value.Text or "",
    ua.StatusCode: lambda value: value.value,
    ua.XmlElement: lambda value: value.Value or "",
}


def variant_for(number: float | None, text: str | None, kind: ua.VariantType, *, array: bool) -> ua.Variant:
    """Make the value that a node of this type is to be set to. Raise Unfit."""
    if array:
        if text is None:
            raise Unfit("the node holds an array: give JSON, such as [1, 2, 3], as text")
        try:
            items = json.loads(text)
        except ValueError as error:
            raise Unfit("the node holds an array: give JSON, such as [1, 2, 3]") from error
        if not isinstance(items, list):
            raise Unfit("the node holds an array: give JSON, such as [1, 2, 3]")
        made = [_single(*_number_or_text(item), kind) for item in items]
        return ua.Variant(made, kind, is_array=True)
    return ua.Variant(_single(number, text, kind), kind)


def _number_or_text(item: Any) -> tuple[float | int | None, str | None]:
    return (item, None) if isinstance(item, bool | int | float) else (None, str(item))


def _single(number: float | None, text: str | None, kind: ua.VariantType) -> Any:
    if kind is ua.VariantType.Boolean:
        wanted = number if number is not None else {"true": 1, "1": 1, "false": 0, "0": 0}.get((text or "").lower())
        if wanted not in {0, 1}:
            raise Unfit("the node is a flag: give 0 or 1")
        return bool(wanted)
    if kind in INTEGERS:
        return _integer(number, text, kind)
    if kind in FLOATS:
        return _floating(number, text, kind)
    given = text if text is not None else "" if number is None else f"{number:g}"
    try:
        return _TEXTUAL[kind](given)
    except KeyError:
        raise Unfit(f"a value of type {kind.name} cannot be written from here") from None
    except (ValueError, UaError) as error:
        raise Unfit(f"{given[:60]!r} is no {kind.name}") from error


def _integer(number: float | None, text: str | None, kind: ua.VariantType) -> int:
    low, high = INTEGERS[kind]
    try:
        wanted = int(text) if text is not None else int(number) if number is not None else None
    except (ValueError, OverflowError):
        wanted = None
    if wanted is None or (text is None and wanted != number) or not low <= wanted <= high:
        raise Unfit(f"the node takes whole numbers from {low} to {high}")
    return wanted


def _floating(number: float | None, text: str | None, kind: ua.VariantType) -> float:
    try:
        wanted = number if number is not None else float(text or "")
    except ValueError as error:
        raise Unfit("the node takes a number") from error
    if kind is ua.VariantType.Float and math.isfinite(wanted) and abs(wanted) > 3.4028235677973366e38:
        raise Unfit("the number is too large for a node of 32 bits")
    return float(wanted)


_TEXTUAL: Final[dict[ua.VariantType, Any]] = {
    ua.VariantType.String: str,
    ua.VariantType.XmlElement: ua.XmlElement,
    ua.VariantType.LocalizedText: ua.LocalizedText,
    ua.VariantType.QualifiedName: ua.QualifiedName.from_string,
    ua.VariantType.DateTime: lambda text: datetime.fromisoformat(text).astimezone(UTC),
    ua.VariantType.Guid: UUID,
    ua.VariantType.ByteString: lambda text: base64.b64decode(text, validate=True),
    ua.VariantType.NodeId: ua.NodeId.from_string,
    ua.VariantType.ExpandedNodeId: ua.NodeId.from_string,
    ua.VariantType.StatusCode: lambda text: ua.StatusCode(ua.UInt32(int(text, 0))),
}


def same(wanted: ua.Variant, found: ua.Variant) -> bool:
    """Say whether what was read back is what was written; a float of 32 bits as that float can hold it."""
    pairs = list(zip(_flat(wanted.Value), _flat(found.Value), strict=False))
    if len(_flat(wanted.Value)) != len(_flat(found.Value)):
        return False
    return all(_alike(one, other, wanted.VariantType) for one, other in pairs)


def _flat(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else [value]


def _alike(one: Any, other: Any, kind: ua.VariantType) -> bool:
    if kind in FLOATS and isinstance(other, float):
        form = "<f" if kind is ua.VariantType.Float else "<d"
        return struct.pack(form, one) == struct.pack(form, other) or (math.isnan(one) and math.isnan(other))
    if isinstance(one, ua.LocalizedText) and isinstance(other, ua.LocalizedText):
        return one.Text == other.Text
    return bool(one == other)
