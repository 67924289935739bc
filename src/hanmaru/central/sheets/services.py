"""Every write to the record of imports: a run begins, moves on, refuses rows, ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from hanmaru.central.companies.live import changed
from hanmaru.central.sheets.errors import NoSuchRun
from hanmaru.central.sheets.models import ImportRun, RefusedRow
from hanmaru.central.sheets.problems import RowError


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken: why, in which column (as the person wrote it), and the row as it came."""

    row: int
    column: str
    code: str
    message: str
    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, error: RowError) -> "Refusal":
        """What the reader could not read, in the language of whoever acts now."""
        return cls(error.row, error.column, error.code, f"{error.sentence} {error.remedy}", error.values)


def begin_run(
    kind: str, file_name: str, file_hash: str, *, dry_run: bool, total: int | None = None
) -> tuple[int, bool]:
    """Begin an import of a file; answer the run's id, and whether it is a new one.

    A file that was imported before (the same SHA-256) answers the run of then; a trial is always a new run. ``total``
    is how many rows are to be read, where that is known already.
    """
    name = file_name[:200]
    if dry_run:
        return ImportRun.objects.create(
            kind=kind, file_name=name, file_hash=file_hash, dry_run=True, total=total
        ).pk, True
    run, made = ImportRun.objects.get_or_create(
        kind=kind, file_hash=file_hash, dry_run=False, defaults={"file_name": name, "total": total}
    )
    return run.pk, made


def restart_run(run_id: int, total: int) -> None:
    """Put a run that never ended back to its beginning; ``total`` rows are to be read."""
    with transaction.atomic():
        RefusedRow.objects.filter(run_id=run_id).delete()
        _update(run_id, position=0, total=total, counts={}, failed="", finished_at=None)
    changed("imports")


def hold_run(run_id: int) -> tuple[int, dict[str, int]]:
    """How many rows are behind us and what was done so far; nobody else moves the run on before the transaction ends.

    Raises NoSuchRun.
    """
    row = ImportRun.objects.select_for_update().filter(pk=run_id).values_list("position", "counts").first()
    if row is None:
        raise NoSuchRun
    position, counts = row
    return position, counts


def advance_run(run_id: int, position: int, counts: Mapping[str, int], refused: Iterable[Refusal] = ()) -> None:
    """Record how many rows are behind us, what was done so far, and rows refused since; raises NoSuchRun."""
    _update(run_id, position=position, counts=dict(counts))
    RefusedRow.objects.bulk_create(
        RefusedRow(
            run_id=run_id,
            row=one.row,
            column=one.column[:80],
            code=one.code[:40],
            message=one.message[:300],
            values=dict(one.values),
        )
        for one in refused
    )
    changed("imports")


def end_run(run_id: int, failed: str = "") -> None:
    """Record that a run is through; ``failed`` says what stopped it, if anything did. Raises NoSuchRun."""
    _update(run_id, finished_at=timezone.now(), failed=failed[:300])
    changed("imports")


def _update(run_id: int, **values: object) -> None:
    if not ImportRun.objects.filter(pk=run_id).update(**values):
        raise NoSuchRun
