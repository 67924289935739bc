"""The tree of what stands in a plant. Source: ANSI/ISA-95.00.01 (IEC 62264-1), role-based equipment hierarchy."""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from hanmaru.floor.shapes import told
from hanmaru.kernel.errors import Invalid

STEP: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
LONGEST_PATH: Final = 400


class BadPath(Invalid):
    """A path of the asset tree that cannot be one."""

    code = "floor.bad_path"
    message = (
        "%(path)s is no path of the plant. Write steps of small letters, digits and -, parted by /, such as "
        "seongsu/anodizing/line-1/bath-2; at most four below the enterprise"
    )


class Level(IntEnum):
    """How deep in the tree: the levels of ISA-95, from the top."""

    ENTERPRISE = 0
    SITE = 1
    AREA = 2
    LINE = 3
    UNIT = 4


@dataclass(frozen=True, slots=True)
class Asset:
    """A site, an area, a line or a unit (machine); the company is the enterprise and has the empty path."""

    path: str = told("Steps from the site down, parted by `/`.", longest=LONGEST_PATH)
    name: str = told("Its name for people, Korean.", longest=120)
    name_en: str = told("Its English name.", longest=120, default="")
    kind: str = told("What it is: bath, press, mill, conveyor, gantry, room; its picture.", longest=40, default="")

    def __post_init__(self) -> None:
        level_of(self.path)

    @property
    def level(self) -> Level:
        """Answer where in the tree it stands."""
        return level_of(self.path)

    @property
    def parent(self) -> str:
        """Answer the path of what it stands in; empty for a site."""
        return self.path.rpartition("/")[0]


def level_of(path: str) -> Level:
    """Answer the level of a path. Raise BadPath."""
    steps = path.split("/") if path else []
    if len(path) > LONGEST_PATH or len(steps) > Level.UNIT or not all(STEP.fullmatch(step) for step in steps):
        raise BadPath(path=path[:80] or "''")
    return Level(len(steps))
