"""Drives an import: batch after batch, each a transaction together with how far the file has been read.

A crash loses at most the batch it struck: the next run reads on from the position that was committed with the last
batch, so nothing is doubled and nothing left out. Batches end between invoices.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies import queries as companies
from hanmaru.central.companies.live import changed
from hanmaru.central.orders.online_retail.known import Known
from hanmaru.central.orders.online_retail.lines import RawLine
from hanmaru.central.orders.online_retail.reading import count_lines, read_lines
from hanmaru.central.orders.online_retail.rules import REASONS
from hanmaru.central.orders.online_retail.sorting import Sorted, sort
from hanmaru.central.orders.online_retail.writing import write
from hanmaru.central.sheets import queries as sheets
from hanmaru.central.sheets import services as runs
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
    run, _made = runs.begin_run(KIND, path.name, _hash(path), dry_run=False, total=count_lines(path))
    card = sheets.run_card(run)
    outcome = Outcome(run, card.position, card.total, card.counts, card.finished_at is not None)
    progress(outcome)
    if outcome.finished:
        return outcome
    known = Known(currency=companies.company().currency)
    for lines in _batches(read_lines(path, skip=outcome.position), batch_lines):
        outcome = _take(outcome, lines, known)
        progress(outcome)
    runs.end_run(run)
    return replace(outcome, total=outcome.position, finished=True)


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


def _take(before: Outcome, lines: list[RawLine], known: Known) -> Outcome:
    batch = sort(lines)
    with transaction.atomic():
        position, counts = runs.hold_run(before.run)
        if position != lines[0].row - 1:
            raise ImportElsewhere
        done = dict(Counter(counts) + write(batch, known))
        runs.advance_run(before.run, lines[-1].row, done, _refused(batch))
        changed("orders", "products")
    return replace(before, position=lines[-1].row, counts=done)


def _refused(batch: Sorted) -> Iterator[runs.Refusal]:
    for raw, rule in batch.refused:
        column, why = REASONS[rule]
        yield runs.Refusal(raw.row, column, rule.value, str(why), raw.shown())


def _hash(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
