"""``hanmaru import products FILE``: products from a CSV or Excel file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from rich.console import Console
from rich.table import Table

from hanmaru.central.catalog.importing.run import import_file, try_file
from hanmaru.central.catalog.management.company import company_of
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.sheets import queries as sheets
from hanmaru.kernel.errors import HanmaruError


class Command(BaseCommand):
    """Tries the file and, unless told not to, takes the good rows in; prints what was refused and why."""

    help = "Import products from a CSV or Excel file (UTF-8 or CP949); the same file again changes nothing"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, for whom, and whether only to try."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--company", help="the company's address name (slug); may be left out when there is one")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--language", choices=["ko", "en"], default="ko", help="of the reasons for refusals")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import and print the outcome; fails when the file cannot be read at all."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path}: there is no such file.")
        console = Console(file=self.stdout)  # type: ignore[arg-type]  # a text stream by another name
        company = company_of(options["company"])
        with acting(company_id=company, source="hanmaru import products"), translation.override(options["language"]):
            try:
                with path.open("rb") as file:
                    run_id = try_file(file, path.name, background=False)
                if not options["dry_run"] and not sheets.run_card(run_id).failed:
                    run_id = import_file(run_id, background=False)
            except HanmaruError as error:
                raise CommandError(str(error)) from error
            run = sheets.run_card(run_id)
            console.print(_outcome(run))
            for row in sheets.refused_rows(run_id, limit=1_000):
                console.print(f"row {row.row}, {row.column or '-'}: {row.message}", markup=False, highlight=False)
            if run.failed:
                raise CommandError(run.failed)


def _outcome(run: sheets.RunCard) -> Table:
    table = Table(title=f"{run.file_name}{' (tried only)' if run.dry_run else ''}")
    table.add_column("what")
    table.add_column("count", justify="right")
    for what, count in [("rows", run.position), *run.counts.items()]:
        table.add_row(what.replace("_", " "), f"{count:,}")
    return table
