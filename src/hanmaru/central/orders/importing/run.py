"""A file of orders, first tried, then taken: whole orders only, each in a transaction of its own.

An order of which one row cannot be read is refused whole: half an order would be sent to a customer. The same order
number from a file is the same order, so a file sent twice adds nothing.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies import queries as companies
from hanmaru.central.companies.tenancy import current_company_id
from hanmaru.central.orders import services
from hanmaru.central.orders.errors import FileGone
from hanmaru.central.orders.importing.columns import columns
from hanmaru.central.orders.queries import Channel, known_numbers
from hanmaru.central.sheets import queries as sheets
from hanmaru.central.sheets import services as runs
from hanmaru.central.sheets.problems import RowError
from hanmaru.central.sheets.reader import Row, open_sheet
from hanmaru.kernel.errors import HanmaruError
from hanmaru.kernel.money import exponent

KIND = "orders"


@dataclass(frozen=True, slots=True)
class Line:
    """A readable row: what it says, and the row as it came."""

    number: int
    values: Mapping[str, Any]
    shown: Mapping[str, str]


@dataclass(slots=True)
class OrderSheet:
    """Order number -> its rows, in the order of the file; what could not be read."""

    orders: dict[str, list[Line]] = field(default_factory=dict)
    refused: list[runs.Refusal] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)


def try_file(file: BinaryIO, name: str) -> int:
    """Read the file and try each order without keeping it; the id of the trial. Raises a SheetRefused."""
    content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    sheet = _read(file)
    path = _path(digest)
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(content))
    run_id, _new = runs.begin_run(KIND, name, digest, dry_run=True)
    _put(run_id, sheet, dry_run=True)
    return run_id


def import_file(trial_id: int) -> int:
    """Take the good orders of a tried file; the id of the import. A file taken before changes nothing.

    Raises:
        FileGone: the tried file is no longer kept.
    """
    trial = sheets.run_card(trial_id)
    run_id, _new = runs.begin_run(KIND, trial.file_name, trial.file_hash, dry_run=False)
    if sheets.run_card(run_id).finished_at:
        return run_id
    try:
        with default_storage.open(_path(trial.file_hash)) as file:
            sheet = _read(cast("BinaryIO", file))
    except FileNotFoundError:
        raise FileGone from None
    _put(run_id, sheet, dry_run=False)
    default_storage.delete(_path(trial.file_hash))
    return run_id


def _path(digest: str) -> str:
    return f"imports/{current_company_id()}/orders-{digest}"


def _read(file: BinaryIO) -> OrderSheet:
    file.seek(0)
    expected = columns(exponent(companies.company().currency))
    sheet = open_sheet(file, expected)
    texts = {name: sheet.header.texts[place] for name, place in sheet.header.places.items()}
    found = OrderSheet()
    numbers = {folded for folded in (texts.get("number"),) if folded}
    for row in sheet:
        if isinstance(row, Row):
            found.rows.add(row.number)
            shown = {
                texts[name]: str(value) for name, value in row.values.items() if value is not None and name in texts
            }
            found.orders.setdefault(str(row.values["number"]), []).append(Line(row.number, row.values, shown))
        else:
            found.rows.add(row.row)
            found.refused.append(runs.Refusal.of(row))
            _spoil(found, row, numbers)
    return found


def _spoil(found: OrderSheet, error: RowError, number_headers: set[str]) -> None:
    """Mark the order of an unreadable row, so that the rest of it is refused too."""
    for header in number_headers:
        if number := error.values.get(header):
            found.orders.setdefault(number.strip(), []).append(Line(error.row, {}, error.values))


def _put(run_id: int, sheet: OrderSheet, *, dry_run: bool) -> None:
    runs.restart_run(run_id, len(sheet.rows))
    counts: Counter[str] = Counter()
    refused = list(sheet.refused)
    known = known_numbers(Channel.FILE, sheet.orders)
    skus = {str(line.values["sku"]) for lines in sheet.orders.values() for line in lines if line.values}
    cards = catalog.variants_by_skus(skus)
    for number, lines in sheet.orders.items():
        faults = _faults(lines, cards)
        if faults:
            refused += faults
            counts["orders_refused"] += 1
        elif number in known:
            counts["orders_known"] += 1
        else:
            faults = _place(number, lines, cards, dry_run=dry_run)
            refused += faults
            counts["orders_refused" if faults else "orders_made"] += 1
    counts["refused"] = len({refusal.row for refusal in refused})
    refused.sort(key=lambda refusal: refusal.row)
    runs.advance_run(run_id, len(sheet.rows), counts, refused)
    runs.end_run(run_id)


def _faults(lines: list[Line], cards: Mapping[str, catalog.VariantCard]) -> list[runs.Refusal]:
    """What keeps the order from being taken: unknown SKUs, and good rows beside bad ones."""
    good = [line for line in lines if line.values]
    unknown = [line for line in good if (card := cards.get(str(line.values["sku"]))) is None or card.archived]
    faults = [
        _refusal(line, "orders.unknown_variant", _("This SKU is not sold. Check it, or register the product."), "SKU")
        for line in unknown
    ]
    if unknown or len(good) < len(lines):
        rest = _("Another row of this order has to be mended first. Send the order again as a whole.")
        faults += [_refusal(line, "orders.incomplete", rest) for line in good if line not in unknown]
    return faults


def _place(
    number: str, lines: list[Line], cards: Mapping[str, catalog.VariantCard], *, dry_run: bool
) -> list[runs.Refusal]:
    first = lines[0].values
    try:
        with transaction.atomic():
            services.place_order(
                [
                    services.LineWanted(
                        variant=cards[str(line.values["sku"])].id,
                        quantity=line.values["quantity"],
                        unit_price=line.values["price"],
                        wording=line.values["wording"] or "",
                    )
                    for line in lines
                ],
                channel=Channel.FILE,
                customer=_customer(first),
                ship_to=services.ShipTo(**{name: first[name] or "" for name in ("name", "phone", "address", "note")}),
                external_id=number,
            )
            transaction.set_rollback(dry_run)
    except HanmaruError as error:
        return [_refusal(line, error.code, str(error)) for line in lines]
    return []


def _customer(values: Mapping[str, Any]) -> int | None:
    if not values["name"]:
        return None
    return services.customer_of_phone(values["name"], values["phone"] or "", values["address"] or "")


def _refusal(line: Line, code: str, message: str, column: str = "") -> runs.Refusal:
    return runs.Refusal(line.number, column, code, message, line.shown)
