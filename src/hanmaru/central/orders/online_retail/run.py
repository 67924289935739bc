"""Drives an import: batch after batch, each a transaction together with how far the file has been read.

A crash loses at most the batch it struck: the next run reads on from the position that was committed with the last
batch, so nothing is doubled and nothing left out. Batches end between invoices.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.live import changed
from hanmaru.central.orders.online_retail.known import Known
from hanmaru.central.orders.online_retail.lines import RawLine
from hanmaru.central.orders.online_retail.reading import count_lines, read_lines
from hanmaru.central.orders.online_retail.rules import REASONS
from hanmaru.central.orders.online_retail.sorting import Sorted, sort
from hanmaru.central.orders.online_retail.writing import write
from hanmaru.central.sheets.models import ImportRun, RefusedRow
from hanmaru.kernel.errors import Conflict

KIND = "online-retail"
BATCH_LINES = 10_000


class ImportElsewhere(Conflict):
    """Two imports of one file at once would write everything twice; the second is stopped."""

    code = "online_retail.elsewhere"
    message = _("This file is being imported by another process. Wait for it to end.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import has done so far: lines read, rule -> lines, and whether the file is through."""

    run: int
    position: int
    total: int | None
    counts: dict[str, int]
    finished: bool


Progress = Callable[[Outcome], None]


def import_file(path: Path, progress: Progress = lambda _outcome: None, *, batch_lines: int = BATCH_LINES) -> Outcome:
    """Import the file for the acting company; a file that is through already changes nothing.

    Raises:
        NotOnlineRetail: the file has another layout.
        ImportElsewhere: another process is at it.
    """
    run, _made = ImportRun.objects.get_or_create(
        kind=KIND,
        file_hash=_hash(path),
        dry_run=False,
        defaults={"file_name": path.name[:200], "total": count_lines(path)},
    )
    outcome = _outcome(run)
    progress(outcome)
    if run.finished_at:
        return outcome
    known = Known()
    for lines in _batches(read_lines(path, skip=run.position), batch_lines):
        outcome = _take(run, lines, known)
        progress(outcome)
    run.refresh_from_db()
    run.finished_at = timezone.now()
    run.total = run.position
    run.save()
    return _outcome(run)


def _batches(lines: Iterator[RawLine], size: int) -> Iterator[list[RawLine]]:
    """Batches of at least ``size`` lines that end where an invoice ends."""
    batch: list[RawLine] = []
    for line in lines:
        if len(batch) >= size and line.invoice != batch[-1].invoice:
            yield batch
            batch = []
        batch.append(line)
    if batch:
        yield batch


def _take(run: ImportRun, lines: list[RawLine], known: Known) -> Outcome:
    batch = sort(lines)
    with transaction.atomic():
        now = ImportRun.objects.select_for_update().get(pk=run.pk)
        if now.position != lines[0].row - 1:
            raise ImportElsewhere
        now.counts = dict(Counter(now.counts) + write(batch, known))
        now.position = lines[-1].row
        now.save(update_fields=["counts", "position"])
        _keep_refused(now, batch)
        changed("orders", "products", "imports")
    return _outcome(now)


def _keep_refused(run: ImportRun, batch: Sorted) -> None:
    RefusedRow.objects.bulk_create(
        RefusedRow(
            run=run,
            row=raw.row,
            column=REASONS[rule][0],
            code=rule.value,
            message=str(REASONS[rule][1]),
            values=raw.shown(),
        )
        for raw, rule in batch.refused
    )


def _outcome(run: ImportRun) -> Outcome:
    return Outcome(run.pk, run.position, run.total, dict(run.counts), run.finished_at is not None)


def _hash(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
