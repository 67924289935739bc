"""What a host application has heard of, as a tree: groups, edge nodes, devices, metrics."""

from collections.abc import Mapping
from typing import Final, Literal

from hanmaru.gateway.contract import Node
from hanmaru.gateway.drivers.sparkplug.codec import Structure
from hanmaru.gateway.drivers.sparkplug.edge_node import EdgeNode
from hanmaru.gateway.drivers.sparkplug.effects import Known, Reported
from hanmaru.gateway.drivers.sparkplug.schema import DataType
from hanmaru.gateway.drivers.sparkplug.topic import Point
from hanmaru.gateway.drivers.sparkplug.values import INTEGERS, type_name

LONGEST_SHOWN: Final = 80


def below(address: str, nodes: Mapping[tuple[str, str], EdgeNode], last: Mapping[Point, Reported]) -> list[Node]:
    """Answer what lies below an address: the root, `group`, `group/node` or `group/node/device`."""
    steps = [step for step in address.split("/") if step]
    match steps:
        case []:
            return [Node(group, group, "folder") for group in sorted({group for group, _ in nodes})]
        case [group]:
            return [_edge_node(group, node, state) for (of, node), state in sorted(nodes.items()) if of == group]
        case [group, node, *device] if (state := nodes.get((group, node))) is not None:
            name = device[0] if device else ""
            devices = [
                Node(f"{group}/{node}/{one}", one, "folder") for one in sorted(state.devices) if one and not device
            ]
            known = state.devices.get(name, {})
            points = [_point(Point(group, node, name, metric), known[metric], last) for metric in sorted(known)]
            return devices + points
        case _:
            return []


def _edge_node(group: str, node: str, state: EdgeNode) -> Node:
    return Node(f"{group}/{node}", node, "folder", value="online" if state.online else "offline")


def _point(point: Point, known: Known, last: Mapping[Point, Reported]) -> Node:
    reported = last.get(point)
    value = reported.value if reported else None
    shown = "" if value is None else value.as_json() if isinstance(value, Structure) else str(value)
    return Node(
        point.address,
        point.metric,
        "point",
        type=_type(known.datatype),
        unit=known.unit,
        writable=known.datatype not in {DataType.DATASET, DataType.TEMPLATE, DataType.UNKNOWN},
        description=type_name(known.datatype),
        value=shown[:LONGEST_SHOWN],
    )


def _type(datatype: int) -> Literal["number", "integer", "flag", "text"]:
    if datatype in INTEGERS or datatype == DataType.DATETIME:
        return "integer"
    if datatype in {DataType.FLOAT, DataType.DOUBLE}:
        return "number"
    return "flag" if datatype == DataType.BOOLEAN else "text"
