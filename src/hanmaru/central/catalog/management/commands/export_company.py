"""``hanmaru export``: everything of one company as files that any program reads."""

import csv
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hanmaru.central.catalog.importing.export import table
from hanmaru.central.catalog.management.company import company_of
from hanmaru.central.catalog.queries import photo_paths
from hanmaru.central.companies.queries import company
from hanmaru.central.companies.tenancy import CompanyOwned, acting
from hanmaru.central.sheets.writer import write_csv, write_xlsx

_SECRET = "_hash"  # noqa: S105 -- the end of the names of columns that hold hashes of secrets


class Command(BaseCommand):
    """Writes products as a sheet that the import reads, photos, and every table of the company as CSV."""

    help = "Write everything of one company to a folder: products.csv and .xlsx, photos, tables/*.csv"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and of whom."""
        parser.add_argument("folder", type=Path, help="a folder that is empty or does not exist")
        parser.add_argument("--company", help="the company's address name (slug); may be left out when there is one")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the files and print how many rows each has."""
        folder: Path = options["folder"]
        if folder.exists() and any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty: name another folder.")
        (folder / "tables").mkdir(parents=True)
        with acting(company_id=company_of(options["company"]), source="hanmaru export"):
            self._products(folder)
            self._photos(folder)
            for model in apps.get_models():
                if issubclass(model, CompanyOwned):
                    self._table(folder / "tables", model)

    def _products(self, folder: Path) -> None:
        currency = company().currency
        sheet = table(currency)
        with (folder / "products.csv").open("wb") as file:
            file.writelines(write_csv(sheet.header, sheet.rows))
        sheet = table(currency)
        with (folder / "products.xlsx").open("wb") as file:
            write_xlsx(file, sheet.header, sheet.rows)
        self.stdout.write("products.csv, products.xlsx")

    def _photos(self, folder: Path) -> None:
        count = 0
        for photo_id, path in photo_paths():
            (folder / "photos").mkdir(exist_ok=True)
            with default_storage.open(path) as picture:
                (folder / "photos" / f"{photo_id}.webp").write_bytes(picture.read())
            count += 1
        self.stdout.write(f"photos: {count}")

    def _table(self, folder: Path, model: type[CompanyOwned]) -> None:
        names = [field.attname for field in model._meta.concrete_fields if not field.attname.endswith(_SECRET)]  # noqa: SLF001 -- Django's documented API
        count = 0
        with (folder / f"{model._meta.db_table}.csv").open("w", encoding="utf-8", newline="") as file:  # noqa: SLF001
            writer = csv.writer(file)
            writer.writerow(names)
            for row in model.objects.order_by("pk").values_list(*names).iterator(chunk_size=2_000):
                writer.writerow(row)
                count += 1
        self.stdout.write(f"tables/{model._meta.db_table}.csv: {count}")  # noqa: SLF001
