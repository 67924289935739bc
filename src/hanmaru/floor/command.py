"""Commands to devices, and what came of them: guarded by a permit, with an expiry, ended by an outcome."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hanmaru.floor.shapes import told

Result = Literal["done", "refused", "failed", "expired", "unknown"]


@dataclass(frozen=True, slots=True)
class Permit:
    """Who allowed what: a value outside the range is refused by the gateway, not only by whoever asked."""

    by: str = told("Person or rule that gave it.", longest=120)
    low: float | None = told("Least value allowed; null for no bound.", default=None)
    high: float | None = told("Greatest value allowed; null for no bound.", default=None)
    interlock: str | None = told(
        "Flag tag (path) that must be good and true; null for none.", longest=520, default=None
    )


@dataclass(frozen=True, slots=True)
class Command:
    """Set a tag to a value, or run a program of a machine."""

    id: str = told("UUID; the same command sent again is done once.", longest=36)
    source: str = told("Driver instance that does it.", longest=64)
    target: str = told("Path of the tag to set, or of the asset whose program runs.", longest=520)
    issued_at: datetime = told("When it was asked for, UTC.")
    expires_at: datetime = told("After this it is not begun any more, UTC.")
    number: float | None = told("Wanted value, a number or flag.", default=None)
    text: str | None = told("Wanted value, a text.", longest=10_000, default=None)
    program: str | None = told("Program to run: `fetch`, `store`, `home`, a method.", longest=64, default=None)
    arguments: tuple[str, ...] = told("Arguments of the program.", most=32, longest=200, default=())
    who: str = told("Person, rule or device that asked.", longest=120, default="")
    cause: str = told("Why: an order, an alarm, a recipe; shown beside the outcome.", longest=300, default="")
    permit: Permit | None = told("What allows it.", default=None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a command: written once it is known."""

    command: str = told("Id of the command.", longest=36)
    result: Result = told(
        "`done`: the device has it, read back. `refused`: permit or device said no. `failed`: tried in vain. "
        "`expired`: not begun in time. `unknown`: the line broke in the middle; look at the machine."
    )
    at: datetime = told("When it was known, UTC.")
    reason: str = told("Words for people; the remedy where there is one.", longest=500, default="")
    read_back: float | None = told("What the device said afterwards.", default=None)
