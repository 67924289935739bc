"""A tag: one thing that is measured or set, at one asset. Source of the word: ISA-5.1; of the units: UCUM."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from hanmaru.floor.asset import LONGEST_PATH, level_of
from hanmaru.floor.shapes import told

LARGEST_TAG: Final = 2**32 - 1
Retention = Literal["short", "standard", "long"]


class DataType(StrEnum):
    """What kind of value a tag has. Numbers of every width are doubles; see Reading for integers beyond 2**53."""

    NUMBER = "number"
    INTEGER = "integer"
    FLAG = "flag"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Tag:
    """One measured or set point. `id` is given once, when the tag is first stored, and never to another tag."""

    id: int = told("Number of the tag on its site, given by the registry, never given twice.", low=1, high=LARGEST_TAG)
    asset: str = told("Path of the asset that it belongs to.", longest=LONGEST_PATH)
    name: str = told("Name within the asset: `temperature`, `vibration/x`.", longest=120)
    type: Literal["number", "integer", "flag", "text"] = told("Kind of value.")
    source: str = told("Name of the driver instance that reads it.", longest=64)
    address: str = told("Where the driver finds it: node id, register, topic.", longest=1000)
    unit: str = told("UCUM code: `Cel`, `mm/s`, `A`, `kPa`; empty for none.", longest=40, default="")
    sampling: float = told("Seconds between two looks; 0 takes every change.", low=0, high=86_400, default=1.0)
    deadband: float = told("Least change that is told, in the unit.", low=0, high=1e300, default=0.0)
    description: str = told("A sentence for people.", longest=200, default="")
    owner: str = told("Edge function that answers for it; empty for none.", longest=64, default="")
    retention: Retention = told("How long its raw readings are kept.", default="standard")
    writable: bool = told("Whether commands may set it.", default=False)

    def __post_init__(self) -> None:
        level_of(self.asset)

    @property
    def path(self) -> str:
        """Answer its full name, the asset's path first."""
        return f"{self.asset}/{self.name}"
