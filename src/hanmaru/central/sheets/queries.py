"""What others may read of imports."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from hanmaru.central.sheets.errors import NoSuchRun
from hanmaru.central.sheets.models import ImportRun, RefusedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCard:
    """An import: ``position`` of ``total`` rows are read, ``counts`` says what was done, ``refused`` rows were not."""

    id: int
    kind: str
    file_name: str
    file_hash: str
    dry_run: bool
    position: int
    total: int | None
    counts: dict[str, int]
    started_at: datetime
    finished_at: datetime | None
    failed: str
    refused: int


@dataclass(frozen=True, slots=True)
class RefusedCard:
    """A refused row; ``values`` are header -> text, as the person wrote them."""

    id: int
    row: int
    column: str
    code: str
    message: str
    values: dict[str, str]


_RUN = (
    "id", "kind", "file_name", "file_hash", "dry_run", "position", "total", "counts", "started_at", "finished_at",
    "failed",
)  # fmt: skip


def run_card(run_id: int) -> RunCard:
    """One import; raises NoSuchRun."""
    row = (
        ImportRun.objects.filter(pk=run_id)
        .annotate(refused_rows=Count("refused"))
        .values(*_RUN, "refused_rows")
        .first()
    )
    if row is None:
        raise NoSuchRun
    return RunCard(refused=row.pop("refused_rows"), **row)


def runs(kind: str, *, dry: bool = False, limit: int = 10) -> list[RunCard]:
    """The newest imports of a kind."""
    rows = ImportRun.objects.filter(kind=kind, dry_run=dry).annotate(refused_rows=Count("refused")).order_by("-id")
    return [RunCard(refused=row.pop("refused_rows"), **row) for row in rows.values(*_RUN, "refused_rows")[:limit]]


def run_of_file(kind: str, file_hash: str) -> RunCard | None:
    """The import of this very file, if there was one (trials apart)."""
    found = ImportRun.objects.filter(kind=kind, file_hash=file_hash, dry_run=False).values_list("pk", flat=True).first()
    return run_card(found) if found else None


def refused_rows(run_id: int, *, after: int | None = None, limit: int = 50) -> list[RefusedCard]:
    """Refused rows in the order of the file; ``after`` is the id of the last one seen."""
    rows = RefusedRow.objects.filter(run_id=run_id).order_by("id")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return [RefusedCard(*row) for row in rows.values_list("id", "row", "column", "code", "message", "values")[:limit]]


def refused_sheet(
    run_id: int, reason: str, order: Callable[[str], int] = lambda _name: 0
) -> tuple[list[str], Iterator[list[str]]]:
    """Header and rows of a sheet to mend: the columns as they came, and ``reason`` as the name of a last one.

    The database keeps the cells of a row in no order; ``order`` gives each header's place.
    """
    rows = RefusedRow.objects.filter(run_id=run_id).order_by("row", "id")
    header: list[str] = []
    for values in rows.values_list("values", flat=True).iterator(chunk_size=1_000):
        header += [name for name in values if name not in header]
    header.sort(key=order)
    return [*header, reason], _mendable(run_id, header)


def _mendable(run_id: int, header: list[str]) -> Iterator[list[str]]:
    """One row for each row of the file, its reasons together."""
    number, values, reasons = -1, dict[str, str](), list[str]()
    rows = RefusedRow.objects.filter(run_id=run_id).order_by("row", "id")
    for row, column, message, cells in rows.values_list("row", "column", "message", "values").iterator(
        chunk_size=1_000
    ):
        if row != number:
            if reasons:
                yield [*(values.get(name, "") for name in header), " / ".join(reasons)]
            number, values, reasons = row, cells, []
        reasons.append(f"{column}: {message}" if column else message)
    if reasons:
        yield [*(values.get(name, "") for name in header), " / ".join(reasons)]
