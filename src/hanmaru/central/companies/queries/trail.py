"""The audit trail: who did what, when and from where."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from hanmaru.central.companies.models import AuditEntry
from hanmaru.central.companies.queries.people import device_names, person_names

PAGE: Final = 50


@dataclass(frozen=True)
class TrailFilter:
    """Which entries: of one table, of one row of it, of one person; ``after`` is the id of the last entry seen."""

    table: str = ""
    row: int | None = None
    person: int | None = None
    after: int | None = None


@dataclass(frozen=True)
class Step:
    """One write. ``changes`` is column -> value, or column -> [old, new] of an update."""

    id: int
    at: datetime
    who: str
    source: str
    table: str
    operation: str
    row: int | None
    count: int
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Trail:
    """A page of the trail, newest first; ``next`` is what ``after`` has to be for the following one."""

    steps: list[Step]
    next: int | None


def trail(asked: TrailFilter) -> Trail:
    """A page of the acting company's trail."""
    entries = AuditEntry.objects.order_by("-id")
    if asked.table:
        entries = entries.filter(table_name=asked.table)
    if asked.row is not None:
        entries = entries.filter(row_id=asked.row)
    if asked.person is not None:
        entries = entries.filter(user_id=asked.person)
    if asked.after is not None:
        entries = entries.filter(id__lt=asked.after)
    found = list(entries[: PAGE + 1])
    shown = found[:PAGE]
    people = person_names(_actor(entry) for entry in shown)
    devices = device_names(entry.device_id for entry in shown)
    steps = [
        Step(
            id=entry.pk,
            at=entry.at,
            who=people.get(_actor(entry) or 0) or devices.get(entry.device_id) or "",
            source=entry.source,
            table=entry.table_name,
            operation=entry.operation,
            row=entry.row_id,
            count=entry.row_count,
            changes=entry.changes,
        )
        for entry in shown
    ]
    return Trail(steps, shown[-1].pk if len(found) > PAGE else None)


def _actor(entry: AuditEntry) -> int | None:
    """Who did it; an account that nobody made was made by the person themselves."""
    made_by_nobody = entry.table_name == "companies_user" and entry.operation == "INSERT" and entry.device_id is None
    return entry.row_id if entry.user_id is None and made_by_nobody else entry.user_id
