"""What follows from a message of an edge node: facts, which the driver turns into readings, events and requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hanmaru.floor.words import Sentence
from hanmaru.gateway.drivers.sparkplug.codec import Structure
from hanmaru.gateway.drivers.sparkplug.values import Value


@dataclass(frozen=True, slots=True)
class Known:
    """A metric as its birth described it."""

    name: str
    datatype: int
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """A metric has, or had, a value. `timestamp` is in milliseconds; None where the sender gave none."""

    device: str
    metric: str
    datatype: int
    value: Value | Structure | None
    timestamp: int | None
    quality: int
    historical: bool = False
    transient: bool = False
    understood: bool = True  # the value fits its type


@dataclass(frozen=True, slots=True)
class Born:
    """A node (empty device) or a device says what it has. What it does not name it does not have."""

    device: str
    metrics: Mapping[str, Known]


@dataclass(frozen=True, slots=True)
class Died:
    """A node with all that is behind it (empty device), or a device, is gone: its values are old now."""

    device: str


@dataclass(frozen=True, slots=True)
class WantsRebirth:
    """The node has to be asked for its birth."""

    why: Sentence


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something that people should know."""

    kind: str
    words: Sentence
    data: Mapping[str, object] = field(default_factory=dict)


Effect = Reported | Born | Died | WantsRebirth | Noticed
