"""Topics of Sparkplug B and addresses of metrics. Source: Sparkplug 3.0.0, section 4.

    spBv1.0 / group / NDATA / edge node            a node's own metrics
    spBv1.0 / group / DDATA / edge node / device   those of a device behind it
    spBv1.0 / STATE / host                         whether a host application listens

An address of ours is `group/node/device/metric`; for a node's own metrics the device is empty: `group/node//metric`.
Names of metrics may hold slashes, the others may not.
"""

from dataclasses import dataclass
from typing import Final

NAMESPACE: Final = "spBv1.0"
NODE_KINDS: Final = frozenset({"NBIRTH", "NDATA", "NDEATH"})
DEVICE_KINDS: Final = frozenset({"DBIRTH", "DDATA", "DDEATH"})


@dataclass(frozen=True, slots=True)
class Topic:
    """Who said what kind of thing; `device` is empty for the node itself."""

    group: str
    kind: str
    node: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One metric: where it belongs and what it is called."""

    group: str
    node: str
    device: str
    metric: str

    @property
    def address(self) -> str:
        """Answer it as a tag's address."""
        return f"{self.group}/{self.node}/{self.device}/{self.metric}"


def parse_topic(text: str) -> Topic | None:
    """Take a topic apart; None for one that no edge node publishes."""
    steps = text.split("/")
    if len(steps) not in {4, 5} or steps[0] != NAMESPACE or not all(steps):
        return None
    kinds = NODE_KINDS if len(steps) == 4 else DEVICE_KINDS
    return Topic(steps[1], steps[2], *steps[3:]) if steps[2] in kinds else None


def parse_address(text: str) -> Point | None:
    """Take an address apart; None where it names no metric."""
    steps = text.split("/", 3)
    if len(steps) != 4 or not (steps[0] and steps[1] and steps[3]):
        return None
    return Point(*steps)


def command_topic(group: str, node: str, device: str) -> str:
    """Answer where commands to a node or a device go."""
    return f"{NAMESPACE}/{group}/DCMD/{node}/{device}" if device else f"{NAMESPACE}/{group}/NCMD/{node}"


def state_topic(host: str) -> str:
    """Answer where a host application says that it is there."""
    return f"{NAMESPACE}/STATE/{host}"
