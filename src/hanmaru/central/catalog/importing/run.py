"""Carries an import of products out: tried first without keeping anything, then for good.

A trial does exactly what the import does and takes every batch back, so that it cannot promise what the import would
refuse. An import that was cut off begins again from the top: what is there already is found to be the same.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, BinaryIO, Final, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import get_language

from hanmaru.central.catalog import errors
from hanmaru.central.catalog.importing.columns import columns
from hanmaru.central.catalog.importing.reading import Line, ProductSheet, read
from hanmaru.central.catalog.services.bulk import Draft, draft, make
from hanmaru.central.catalog.services.products import ProductFields
from hanmaru.central.catalog.services.rows import MADE, VariantRow, put_product, put_variant
from hanmaru.central.catalog.services.variants import VariantFields
from hanmaru.central.companies import queries as companies
from hanmaru.central.companies.tenancy import acting_now, current_company_id
from hanmaru.central.sheets import queries as sheets
from hanmaru.central.sheets import services as runs
from hanmaru.central.sheets.kinds import Limits, check_size
from hanmaru.central.sheets.reader import open_sheet
from hanmaru.floor.scan import ScanUnreadable, WrongCheckDigit
from hanmaru.kernel.errors import HanmaruError
from hanmaru.kernel.money import exponent

KIND: Final = "products"
INLINE_BYTES: Final = 20_000
"""A file larger than this is worked through in the background."""
BATCH: Final = 50
_PRODUCT: Final = ("code", "name", "name_en", "description", "storage_class", "tracking", "has_expiry")
_VARIANT: Final = ("sku", "price", "gtin", "weight_g", "length_mm", "width_mm", "height_mm")
_BLAMED: Final[dict[type[HanmaruError], str]] = {
    errors.SkuTaken: "sku",
    errors.BarcodeTaken: "gtin",
    ScanUnreadable: "gtin",
    WrongCheckDigit: "gtin",
    errors.UnknownStorageClass: "storage_class",
    errors.TrackingFixed: "tracking",
}


def try_file(file: BinaryIO, name: str, *, background: bool = True) -> int:
    """Try a file out: nothing is kept but the answer, a run of its own. Answer the run's id.

    A large file is read in the background, unless that is not wanted; the run tells how far it is.

    Raises:
        SheetRefused: the file cannot be read as a table, or lacks a column that is needed.
    """
    check_size(file, Limits())
    open_sheet(file, columns(_exponent()))
    digest = _keep(file)
    run, _new = runs.begin_run(KIND, name, digest, dry_run=True)
    _work(run, file, background=background)
    return run


def import_file(run_id: int, *, background: bool = True) -> int:
    """Import for good the file that was tried in this run; answer the id of the import.

    The same file again answers the import of then and changes nothing.

    Raises:
        NoSuchRun: no such trial of this company, or its file is no longer kept.
    """
    trial = sheets.run_card(run_id)
    run, _made = runs.begin_run(KIND, trial.file_name, trial.file_hash, dry_run=False)
    if sheets.run_card(run).finished_at is None:
        with _kept(trial.file_hash) as file:
            _work(run, cast("BinaryIO", file), background=background)
    return run


def carry_out(run_id: int) -> None:
    """Work a run through, from its beginning; what stops it is recorded in it."""
    run = sheets.run_card(run_id)
    try:
        with _kept(run.file_hash) as file:
            sheet = read(cast("BinaryIO", file), _exponent())
        runs.restart_run(run_id, sheet.rows)
        _put(run, sheet)
    except HanmaruError as error:
        runs.end_run(run_id, str(error))
    else:
        runs.end_run(run_id)
        if not run.dry_run:
            default_storage.delete(_path(run.file_hash))


def _work(run_id: int, file: BinaryIO, *, background: bool) -> None:
    if not background or file.seek(0, 2) <= INLINE_BYTES:
        carry_out(run_id)
        return
    from hanmaru.central.catalog.tasks import import_products  # noqa: PLC0415 -- the task calls carry_out

    now = acting_now()
    import_products.defer(
        company_id=current_company_id(), user_id=now.user_id, run_id=run_id, language=get_language() or "ko"
    )


def _put(run: sheets.RunCard, sheet: ProductSheet) -> None:
    seen = _Seen()
    counts: Counter[str] = Counter(refused=len({refusal.row for refusal in sheet.refused}))
    position = counts["refused"]
    runs.advance_run(run.id, position, counts, sheet.refused)
    products = iter(sheet.products.values())
    while batch := list(islice(products, BATCH)):
        refused: list[runs.Refusal] = []
        with transaction.atomic():
            refused += _put_batch(batch, seen, counts)
            transaction.set_rollback(run.dry_run)
        counts["refused"] += len(refused)
        position += sum(len(lines) for lines in batch)
        runs.advance_run(run.id, position, counts, refused)


def _put_batch(batch: Iterable[list[Line]], seen: "_Seen", counts: Counter[str]) -> list[runs.Refusal]:
    """Put products in the order of the file: new ones many at once, all others one by one; the rows that could not."""
    refused: list[runs.Refusal] = []
    plain: list[tuple[list[Line], Draft]] = []
    for lines in batch:
        drafted = _drafted(lines, seen)
        if drafted is None:
            refused += _put_plain(plain, seen, counts)
            plain = []
            refused += _put_product(lines, seen, counts)
        else:
            plain.append((lines, drafted))
            for line in lines:
                seen.take(line)
    return refused + _put_plain(plain, seen, counts)


def _drafted(lines: list[Line], seen: "_Seen") -> Draft | None:
    """The product as a new one that nothing seems to stand against, or None."""
    own = _Seen()
    try:
        for line in lines:
            seen.check(line, lines[0])
            own.check(line, lines[0])
            own.take(line)
    except HanmaruError:
        return None
    given, options = _told(lines)
    rows = [VariantRow(line.options, _variant_told(line)) for line in lines]
    return draft(given, options, rows, price=lines[0].values["price"] or 0)


def _put_plain(plain: Sequence[tuple[list[Line], Draft]], seen: "_Seen", counts: Counter[str]) -> list[runs.Refusal]:
    """Put new products at once; where something stands against one of them, all one by one."""
    if not plain:
        return []
    if make([drafted for _lines, drafted in plain]):
        counts["products_made"] += len(plain)
        counts["variants_made"] += sum(len(lines) for lines, _drafted in plain)
        return []
    for lines, _drafted in plain:
        for line in lines:
            seen.forget(line)
    return [refusal for lines, _drafted in plain for refusal in _put_product(lines, seen, counts)]


def _told(lines: list[Line]) -> tuple[ProductFields, list[str]]:
    """What the first row says of the product, and the options that any row says."""
    given = {name: lines[0].values[name] for name in _PRODUCT if lines[0].values[name] is not None}
    headed = [name.removeprefix("option:") for name in lines[0].headers if name.startswith("option:")]
    return cast("ProductFields", given), [name for name in headed if any(name in line.options for line in lines)]


def _variant_told(line: Line) -> VariantFields:
    return cast("VariantFields", {name: line.values[name] for name in _VARIANT if line.values[name] is not None})


def _put_product(lines: list[Line], seen: "_Seen", counts: Counter[str]) -> list[runs.Refusal]:
    """Put one product and its variants; the rows that could not be."""
    given, options = _told(lines)
    try:
        with transaction.atomic():
            product_id, done = put_product(given, options, price=lines[0].values["price"] or 0)
            refused, variants = _put_variants(product_id, lines, seen)
            if done == MADE and not variants:
                transaction.set_rollback(True)
                return refused
    except HanmaruError as error:
        return [_refusal(line, error) for line in lines]
    counts[f"products_{done}"] += 1
    for what, count in variants.items():
        counts[f"variants_{what}"] += count
    return refused


def _put_variants(product_id: int, lines: list[Line], seen: "_Seen") -> tuple[list[runs.Refusal], Counter[str]]:
    refused: list[runs.Refusal] = []
    done: Counter[str] = Counter()
    for line in lines:
        try:
            seen.check(line, lines[0])
            with transaction.atomic():
                done[put_variant(product_id, VariantRow(line.options, _variant_told(line)))] += 1
            seen.take(line)
        except HanmaruError as error:
            refused.append(_refusal(line, error))
    return refused, done


def _refusal(line: Line, error: HanmaruError) -> runs.Refusal:
    name = _BLAMED.get(type(error), "")
    if isinstance(error, errors.OptionMissing | errors.UnknownOption):
        name = f"option:{error.data['option']}"
    if isinstance(error, errors.TwiceInFile):
        name = str(error.data["column"])
    return runs.Refusal(line.number, line.headers.get(name, ""), error.code, str(error), line.shown)


class _Seen:
    """What rows above have used up: the SKUs, barcodes and combinations of those that were taken."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, object], int] = {}

    def check(self, line: Line, first: Line) -> None:
        """Raise TwiceInFile if a row above has this SKU, barcode or combination, NameDiffers for another name."""
        if line.values["name"] != first.values["name"]:
            raise errors.NameDiffers(row=first.number, name=first.values["name"])
        for key in self._keys(line):
            if key in self.rows:
                column, value = key
                shown = value if isinstance(value, str) else " / ".join(line.options.values()) or line.values["code"]
                raise errors.TwiceInFile(column=column, value=shown, row=self.rows[key])

    def take(self, line: Line) -> None:
        """Remember what a row that was taken uses up."""
        self.rows |= dict.fromkeys(self._keys(line), line.number)

    def forget(self, line: Line) -> None:
        """Take back what was remembered of a row."""
        for key in self._keys(line):
            self.rows.pop(key, None)

    def _keys(self, line: Line) -> list[tuple[str, object]]:
        combination = (line.values["code"], tuple(sorted(line.options.items())))
        told = (("sku", line.values["sku"]), ("gtin", line.values["gtin"]), ("code", combination))
        return [(column, value) for column, value in told if value]


def _exponent() -> int:
    return exponent(companies.company().currency)


def _keep(file: BinaryIO) -> str:
    """Keep the file for the worker and for the import after the trial; answer its SHA-256."""
    file.seek(0)
    digest = hashlib.sha256()
    for piece in iter(lambda: file.read(1 << 20), b""):
        digest.update(piece)
    path = _path(digest.hexdigest())
    if not default_storage.exists(path):
        file.seek(0)
        default_storage.save(path, File(file))
    return digest.hexdigest()


def _kept(digest: str) -> File[Any]:
    try:
        return default_storage.open(_path(digest))
    except FileNotFoundError:
        raise errors.FileGone from None


def _path(digest: str) -> str:
    return f"{current_company_id()}/imports/{digest}"
