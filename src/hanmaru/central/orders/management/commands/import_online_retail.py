"""``hanmaru import online-retail FILE``: a real merchant's year of orders."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from hanmaru.central.companies.queries import company_id_by_slug, company_ids
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.orders.online_retail.rules import TAKEN
from hanmaru.central.orders.online_retail.run import BATCH_LINES, Outcome, import_file
from hanmaru.kernel.errors import HanmaruError


class Command(BaseCommand):
    """Shows how far it is and what remains; stopped at any moment, it goes on from there the next time."""

    help = "Import the UCI Online Retail file (.parquet, .csv or .xlsx) as orders and returns"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and for whom."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--company", help="the company's address name (slug); may be left out when there is one")
        parser.add_argument("--batch", type=int, default=BATCH_LINES, help="lines a transaction")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import and print what each rule did."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path}: there is no such file.")
        console = Console(file=self.stdout)  # type: ignore[arg-type]  # a text stream by another name
        try:
            with acting(company_id=_company(options["company"]), source="hanmaru import online-retail"):
                outcome = _import(path, console, options["batch"])
        except HanmaruError as error:
            raise CommandError(str(error)) from error
        console.print(_table(outcome))


def _company(slug: str | None) -> int:
    """The company meant. Raises CommandError when that is not clear."""
    if slug:
        found = company_id_by_slug(slug)
        if found is None:
            raise CommandError(f"There is no company {slug}.")
        return found
    ids = company_ids()
    if len(ids) != 1:
        raise CommandError(f"There are {len(ids)} companies: say which by --company.")
    return ids[0]


def _import(path: Path, console: Console, batch: int) -> Outcome:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
    with bar:
        task = bar.add_task(path.name, total=None)

        def show(outcome: Outcome) -> None:
            bar.update(task, completed=outcome.position, total=outcome.total)

        return import_file(path, show, batch_lines=batch)


def _table(outcome: Outcome) -> Table:
    table = Table(title=f"{outcome.position:,} lines", title_justify="left")
    table.add_column("rule")
    table.add_column("lines", justify="right")
    table.add_column("")
    for rule, lines in sorted(outcome.counts.items(), key=lambda pair: -pair[1]):
        table.add_row(rule, f"{lines:,}", "" if rule in TAKEN else "refused")
    table.add_section()
    table.add_row("together", f"{sum(outcome.counts.values()):,}")
    return table
