"""The import as a whole: nothing lost, nothing doubled, and the bulk path writes what the services would write."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

HEADER = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]


def invoices(count: int, *, first: int = 1) -> list[list[str]]:
    """Invoices of three lines, every fifth returned in part, every seventh with postage."""
    rows = []
    for number in range(first, first + count):
        customer = str(100 + number % 9) if number % 4 else ""
        when = f"2011-{1 + number * 11 // (count + first):02d}-{1 + number % 28:02d} 10:{number % 60:02d}:00"
        head, tail = f"{500000 + number}", [when, "1.25", customer, "Spain"]
        rows += [[head, f"{20000 + (number + n) % 40}", f"THING {n}", str(n + 2), *tail] for n in range(3)]
        if number % 7 == 0:
            rows.append([f"{500000 + number}", "POST", "POSTAGE", "1", when, "9", customer, "Spain"])
        if number % 5 == 0:
            rows.append([f"C{500000 + number}", f"{20000 + number % 40}", "", "-2", when, "1.25", customer, "Spain"])
    return rows


def written(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "retail.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def contents() -> dict[str, list[Any]]:
    """All that orders hold of the acting company, without ids of rows and the moments of writing."""
    from hanmaru.central.orders.models import Order, OrderLine, OrderStep, Return, ReturnLine

    order = ["number", "customer__name", "channel", "external_id", "state", "back_order", "currency", "total"]
    order += ["ship_to_name", "ship_to_phone", "ship_to_address", "note", "placed_at"]
    line = ["order__number", "line_no", "variant__sku", "description", "quantity", "unit_price", "wording"]
    line += ["reserved", "picked", "shipped", "cancelled", "returned"]
    step = ["order__number", "state", "at", "actor_id", "actor_name", "device_id", "note"]
    back = ["number", "customer__name", "external_id", "state", "reason", "announced_at", "done_at"]
    back_line = ["document__number", "order_line__order__number", "order_line__line_no", "variant__sku"]
    back_line += ["quantity", "unit_price", "scrapped"]
    return {
        "orders": list(Order.objects.order_by("number").values_list(*order)),
        "lines": list(OrderLine.objects.order_by("order__number", "line_no").values_list(*line)),
        "steps": list(OrderStep.objects.order_by("order__number", "pk").values_list(*step)),
        "returns": list(Return.objects.order_by("number").values_list(*back)),
        "return lines": list(ReturnLine.objects.order_by("pk").values_list(*back_line)),
    }


@pytest.mark.django_db
def test_every_line_is_counted_under_one_rule(company: Any, tmp_path: Path) -> None:
    from hanmaru.central.orders.online_retail.run import import_file
    from hanmaru.central.sheets.models import RefusedRow

    rows = invoices(60)
    path = written(tmp_path, rows)
    done = import_file(path, batch_lines=25)
    assert done.finished
    assert sum(done.counts.values()) == done.position == len(rows)
    assert RefusedRow.objects.count() == done.counts["postage"] == 8
    assert done.counts["return_matched"] > 0
    before = contents()
    again = import_file(path)
    assert (again.counts, contents()) == (done.counts, before)


@pytest.mark.django_db
def test_bulk_writes_what_the_services_write(company: Any, other_company: Any, tmp_path: Path) -> None:
    """Fifty invoices by the bulk path for one company, by the services for another: every column is the same."""
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.orders.online_retail.run import import_file

    path = written(tmp_path, invoices(50))
    with acting(user_id=None):
        import_file(path, batch_lines=40)
    bulk = contents()
    with acting(company_id=other_company.company_id, user_id=None):
        _by_services(path)
        single = contents()
    assert len(bulk["orders"]) == 50
    assert len(bulk["returns"]) == 10
    for table, rows in bulk.items():
        assert single[table] == rows, table


def _by_services(path: Path) -> None:
    """One invoice after the other by ``place_order`` and ``announce_return``."""
    from hanmaru.central.companies import queries as companies
    from hanmaru.central.orders.models import Channel
    from hanmaru.central.orders.online_retail.known import PREFIX, Known
    from hanmaru.central.orders.online_retail.matching import Bought
    from hanmaru.central.orders.online_retail.reading import read_lines
    from hanmaru.central.orders.online_retail.sorting import sort
    from hanmaru.central.orders.online_retail.writing import recipient, split
    from hanmaru.central.orders.services import LineWanted, ReturnWanted, ShipTo, announce_return, place_order

    batch, known = sort(read_lines(path)), Known(currency=companies.company().currency)
    known.learn(batch.goods())
    for document in batch.orders.values():
        to = recipient(document.head, known)
        place_order(
            [
                LineWanted(
                    variant=known.variants[line.code],
                    quantity=line.quantity,
                    unit_price=line.pence,
                    description=line.description or line.code,
                )
                for line, _rule in document.lines
            ],
            channel=Channel.FILE,
            customer=to["customer_id"],
            ship_to=ShipTo(name=to["ship_to_name"], address=to["ship_to_address"]),
            external_id=PREFIX + document.invoice,
            currency=companies.company().currency,
            placed_at=document.head.at,
        )
    for document in batch.returns.values():
        bought = Bought((line for line, _side in document.lines), known)
        announce_return(
            [
                ReturnWanted(
                    variant=known.variants[line.code], quantity=pieces, order_line=order_line, unit_price=line.pence
                )
                for line, _side in document.lines
                for order_line, pieces in split(line, bought.give_back(line))
            ],
            customer=known.customers.get(document.head.customer),
            external_id=PREFIX + document.invoice,
            announced_at=document.head.at,
        )


@pytest.mark.django_db
def test_late_line_of_an_invoice_joins_its_order(company: Any, tmp_path: Path) -> None:
    from hanmaru.central.orders.online_retail.run import import_file

    rows = invoices(10)
    import_file(written(tmp_path, [*rows[1:], rows[0]]), batch_lines=5)
    (order, *_rest) = contents()["orders"]
    assert order[3] == "online-retail/500001"
    assert [row[1] for row in contents()["lines"] if row[0] == order[0]] == [1, 2, 3]
    assert order[7] == (2 + 3 + 4) * 125


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PAR1 not really", b"PK\x03\x04 not really", b"\x00\xff"])
def test_other_files_are_refused_with_a_sentence(company: Any, tmp_path: Path, content: bytes) -> None:
    from hanmaru.central.orders.online_retail.reading import NotOnlineRetail
    from hanmaru.central.orders.online_retail.run import import_file

    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(NotOnlineRetail):
        import_file(path)
    assert contents()["orders"] == []


@pytest.mark.django_db(transaction=True)
def test_killed_import_goes_on_and_doubles_nothing(company: Any, tmp_path: Path) -> None:
    """Killed with SIGKILL after some batches, then run again: the same as one run that was never stopped."""
    from hanmaru.central.companies.models import Company
    from hanmaru.central.sheets.models import ImportRun

    rows = invoices(1500)
    path = written(tmp_path, rows)
    slug = Company.objects.get(pk=company.company_id).slug
    command = [sys.executable, "-m", "django", "import_online_retail", str(path), "--company", slug, "--batch", "50"]
    first = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 200
    while not ImportRun.objects.filter(position__gt=200).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait(timeout=120)
    run = ImportRun.objects.get()
    assert 0 < run.position < len(rows)
    assert len(contents()["lines"]) + len(contents()["return lines"]) > 0
    subprocess.run(command, env=os.environ, check=True, capture_output=True)
    run.refresh_from_db()
    assert sum(run.counts.values()) == run.position == len(rows)
    resumed = contents()
    assert len(resumed["orders"]) == 1500
    assert len({row[3] for row in resumed["orders"]}) == 1500
    assert len(resumed["lines"]) == 1500 * 3
