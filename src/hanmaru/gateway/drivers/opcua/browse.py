"""Looks into one folder of a server: its nodes, with type, unit and value; one level at a time, in pages.

Source: OPC UA Part 4, 5.9.2 (Browse, continuation points) and Part 8, 5.3.2 (AnalogItemType, EngineeringUnits).
"""

from collections.abc import Sequence
from typing import Any, Final

from asyncua import ua

from hanmaru.gateway.contract import Node
from hanmaru.gateway.drivers.opcua.config import Config
from hanmaru.gateway.drivers.opcua.link import Link
from hanmaru.gateway.drivers.opcua.values import plain_of

ROOT: Final = "i=85"  # Objects
PAGE: Final = 1000  # references in one answer
VALUES_UP_TO: Final = 2000  # points in a folder above which values are not read: nobody looks at so many
UNITS: Final = {  # names that servers give (EUInformation, Part 8, 5.6.3), as UCUM
    "°C": "Cel", "°F": "[degF]", "K": "K", "%": "%", "mm": "mm", "cm": "cm", "m": "m", "µm": "um", "kg": "kg",
    "g": "g", "s": "s", "ms": "ms", "min": "min", "h": "h", "A": "A", "mA": "mA", "V": "V", "mV": "mV", "W": "W",
    "kW": "kW", "kWh": "kW.h", "Hz": "Hz", "bar": "bar", "mbar": "mbar", "Pa": "Pa", "kPa": "kPa", "MPa": "MPa",
    "N": "N", "N·m": "N.m", "l": "L", "L": "L", "l/min": "L/min", "m³": "m3", "m³/h": "m3/h", "m/s": "m/s",
    "mm/s": "mm/s", "mm/min": "mm/min", "m/s²": "m/s2", "rpm": "/min", "1/min": "/min", "r/min": "/min", "°": "deg",
    "pH": "[pH]", "S/m": "S/m", "µS/cm": "uS/cm", "g/l": "g/L", "mol/l": "mol/L", "dB": "dB", "Ω": "Ohm",
}  # fmt: skip
_FLAGS: Final = {ua.ObjectIds.Boolean}
_WHOLE: Final = {
    ua.ObjectIds.SByte, ua.ObjectIds.Byte, ua.ObjectIds.Int16, ua.ObjectIds.UInt16, ua.ObjectIds.Int32,
    ua.ObjectIds.UInt32, ua.ObjectIds.Int64, ua.ObjectIds.UInt64, ua.ObjectIds.Integer, ua.ObjectIds.UInteger,
    ua.ObjectIds.StatusCode,
}  # fmt: skip
_BROKEN: Final = {ua.ObjectIds.Float, ua.ObjectIds.Double, ua.ObjectIds.Number, ua.ObjectIds.Duration}
_WRITE: Final = 1 << ua.AccessLevel.CurrentWrite


async def look(link: Link, config: Config, address: str) -> list[Node]:
    """Answer what lies in a folder, the root when empty. Raise asyncua's errors; ValueError for a bad address."""
    found, more = await _references(link, link.node(address or ROOT), config.browse_most)
    points = [one for one in found if one.NodeClass == ua.NodeClass.Variable]
    described = dict(zip((_key(one) for one in points), await _describe(link, points), strict=True))
    nodes = [described.get(_key(one)) or _plain(one) for one in found]
    if more:
        words = f"The server has more than these {len(found)}; a tag can also be made by typing its node id"
        nodes.append(Node(address or ROOT, "…", "folder", description=words))
    return nodes


async def _references(link: Link, node: ua.NodeId, most: int) -> tuple[list[Any], bool]:
    """Answer the children of a node, at most so many, and whether there are more."""
    asked = ua.BrowseParameters(
        View=ua.ViewDescription(),
        RequestedMaxReferencesPerNode=PAGE,
        NodesToBrowse=[
            ua.BrowseDescription(
                NodeId=node,
                BrowseDirection=ua.BrowseDirection.Forward,
                ReferenceTypeId=ua.NodeId.from_string(f"i={ua.ObjectIds.HierarchicalReferences}"),
                IncludeSubtypes=True,
                NodeClassMask=ua.NodeClass.Object | ua.NodeClass.Variable | ua.NodeClass.Method,
                ResultMask=ua.BrowseResultMask.All,
            )
        ],
    )
    session = link.client.uaclient.session
    (result,) = await session.browse(asked)
    result.StatusCode.check()
    found = {_key(one): one for one in result.References or []}
    while result.ContinuationPoint:
        enough = len(found) >= most
        following = ua.BrowseNextParameters(
            ReleaseContinuationPoints=enough, ContinuationPoints=[result.ContinuationPoint]
        )
        (result,) = await session.browse_next(following) or [ua.BrowseResult()]
        if enough:
            return list(found.values())[:most], True
        result.StatusCode.check()
        found |= {_key(one): one for one in result.References or []}
    return list(found.values())[:most], len(found) > most


def _key(reference: Any) -> str:
    return str(reference.NodeId.to_string())


def _name(reference: Any) -> str:
    return reference.DisplayName.Text or reference.BrowseName.Name or _key(reference)


def _plain(reference: Any) -> Node:
    method = reference.NodeClass == ua.NodeClass.Method
    return Node(_key(reference), _name(reference), "method" if method else "folder")


async def _describe(link: Link, points: Sequence[Any]) -> list[Node]:
    """Answer points with what people choose by: type, right to write, unit, words, and the value as it is now."""
    nodes = [one.NodeId for one in points]
    types = await _attribute(link, nodes, ua.AttributeIds.DataType)
    ranks = await _attribute(link, nodes, ua.AttributeIds.ValueRank)
    rights = await _attribute(link, nodes, ua.AttributeIds.UserAccessLevel)
    words = await _attribute(link, nodes, ua.AttributeIds.Description)
    few = len(points) <= VALUES_UP_TO
    values = await _attribute(link, nodes, ua.AttributeIds.Value) if few else [None] * len(points)
    units = await _units(link, points) if few else {}
    made = []
    for reference, kind, rank, right, word, value in zip(points, types, ranks, rights, words, values, strict=True):
        made.append(
            Node(
                _key(reference),
                _name(reference),
                "point",
                type=_type(kind, rank, value),
                unit=units.get(_key(reference), ""),
                writable=isinstance(_of(right), int) and bool(_of(right) & _WRITE),
                description=(getattr(_of(word), "Text", None) or "")[:200],
                value=_shown(value),
            )
        )
    return made


def _of(found: ua.DataValue | None) -> Any:
    return found.Value.Value if found is not None and found.Value is not None else None


def _type(kind: ua.DataValue | None, rank: ua.DataValue | None, value: ua.DataValue | None) -> Any:
    """Answer the type of a tag for a node: by its declared type; for one that we do not know, by its value."""
    number = getattr(_of(kind), "Identifier", None) if getattr(_of(kind), "NamespaceIndex", 1) == 0 else None
    shape = _of(rank)
    if isinstance(shape, int) and shape >= 0:  # an array, of one or more dimensions
        return "text"
    if number in _FLAGS:
        return "flag"
    if number in _WHOLE:
        return "integer"
    if number in _BROKEN:
        return "number"
    now = _of(value)
    if isinstance(now, bool):
        return "flag"
    return "integer" if isinstance(now, int) else "number" if isinstance(now, float) else "text"


def _shown(value: ua.DataValue | None) -> str:
    if value is None or value.Value is None or (value.StatusCode is not None and value.StatusCode.is_bad()):
        return ""
    plain = plain_of(value.Value)
    if plain.text is not None:
        return plain.text[:80]
    return "" if plain.number is None else f"{plain.number:.10g}"


async def _attribute(link: Link, nodes: Sequence[ua.NodeId], attribute: ua.AttributeIds) -> list[ua.DataValue | None]:
    async def ask(block: Sequence[ua.NodeId]) -> Sequence[ua.DataValue | None]:
        return await link.client.uaclient.session.read_attributes(list(block), attribute)

    return await link.in_blocks("read", nodes, ask)


async def _units(link: Link, points: Sequence[Any]) -> dict[str, str]:
    """Answer the UCUM units of the points that have one (property EngineeringUnits), by address."""
    analog = [one for one in points if one.TypeDefinition.Identifier != ua.ObjectIds.PropertyType]

    async def ask(block: Sequence[Any]) -> Sequence[ua.BrowsePathResult]:
        path = ua.RelativePath(
            Elements=[
                ua.RelativePathElement(
                    ReferenceTypeId=ua.NodeId.from_string(f"i={ua.ObjectIds.HasProperty}"),
                    IsInverse=False,  # type: ignore[arg-type] # asyncua's Boolean is a word for bool
                    TargetName=ua.QualifiedName("EngineeringUnits"),
                )
            ]
        )
        paths = [ua.BrowsePath(StartingNode=one.NodeId, RelativePath=path) for one in block]
        return await link.client.uaclient.session.translate_browsepaths_to_nodeids(paths)

    results = await link.in_blocks("translate", analog, ask)
    holders = {
        _key(one): result.Targets[0].TargetId
        for one, result in zip(analog, results, strict=True)
        if result.StatusCode.is_good() and result.Targets
    }
    read = await _attribute(link, list(holders.values()), ua.AttributeIds.Value)
    names = (getattr(getattr(_of(one), "DisplayName", None), "Text", None) or "" for one in read)
    return {address: UNITS.get(name, "") for address, name in zip(holders, names, strict=True)}
