"""Time on the server, and questions to the database, of every page of a large company.

    python -m benchmarks.pages [--scale 0.1]

At full scale: 1,000,000 moves, 50,000 variants, 200,000 orders with lines and steps. Each page goes through the whole
stack of handlers in this process, ten times after a first one; its middle time counts, and the p95 over all pages is
the figure. Files of everything (exports, PDFs, label sheets) are left out.
"""

import argparse
import time
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import system
from benchmarks.company import Size, fill
from benchmarks.report import Figure, middle, percentile, report

MOVES, VARIANTS, ORDERS = 1_000_000, 50_000, 200_000
ROUNDS = 10


@dataclass(frozen=True)
class Seen:
    """A page that was opened: middle milliseconds of all of it and of the database alone, and its questions."""

    name: str
    address: str
    taken: float
    in_database: float
    asked: int


def company(size: Size) -> Any:
    """The membership of the owner of a company with so many rows; the planner knows of them."""
    import psycopg
    from django.conf import settings

    from hanmaru.central.companies.services import sign_up
    from hanmaru.central.companies.tenancy import acting

    owner = sign_up(company_name="Large", person_name="Bench", email="large@example.com", password="a-bench-password-1")
    with acting(company_id=owner.company_id, user_id=owner.user_id, source="benchmark"):
        fill(owner.company_id, owner.user_id, size)
    database = settings.DATABASES["owner"]
    with psycopg.connect(
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"],
        host=database["HOST"],
        port=database["PORT"],
        autocommit=True,
    ) as connection:
        connection.execute("VACUUM ANALYZE")  # as autovacuum does within minutes
    return owner


def visit(owner: Any, rounds: int) -> list[Seen]:
    """Every page that answers."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks.addresses import addresses
    from hanmaru.central.companies.tenancy import acting

    client = Client()
    client.force_login(owner.user)
    with acting(company_id=owner.company_id, user_id=owner.user_id, source="benchmark"):
        wanted = list(addresses(owner.company))
    seen = []
    for name, address in wanted:
        if client.get(address).status_code != 200:
            continue
        with CaptureQueriesContext(connection) as capture:
            client.get(address)
            queries = [query for query in capture.captured_queries if query["sql"] not in {"BEGIN", "COMMIT"}]
        taken = middle([_time(client, address) for _ in range(rounds)])
        in_database = sum(float(query["time"]) for query in queries) * 1000
        seen.append(Seen(name, address, taken, in_database, len(queries)))
    return seen


def _time(client: Any, address: str) -> float:
    begun = time.perf_counter()
    client.get(address)
    return (time.perf_counter() - begun) * 1000


def show(seen: list[Seen]) -> None:
    """The slowest pages by name."""
    table = Table(title="slowest pages")
    for heading in ("page", "address", "ms", "of it database", "questions"):
        table.add_column(heading)
    for page in sorted(seen, key=lambda one: one.taken, reverse=True)[:15]:
        table.add_row(page.name, page.address, f"{page.taken:.0f}", f"{page.in_database:.0f}", str(page.asked))
    Console(width=140).print(table)


def main() -> None:
    """Run it and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full number of rows")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options: Any = parser.parse_args()
    size = Size(*(round(rows * options.scale) for rows in (MOVES, VARIANTS, ORDERS)))
    with system.postgres():
        seen = visit(company(size), options.rounds)
        show(seen)
        times = [page.taken for page in seen]
        figures = [
            Figure("pages, p95 over all", percentile(times, 0.95), "ms", 120),
            Figure("slowest page", max(times), "ms", 120),
            Figure("most questions of a page", max(page.asked for page in seen), "", 12),
            Figure("pages visited", len(seen), ""),
        ]
        report(
            "pages",
            figures,
            moves=size.moves,
            variants=size.variants,
            orders=size.orders,
            pages=[asdict(page) for page in seen],
        )


if __name__ == "__main__":
    main()
