"""Stock operations over the REST API: latency on a large ledger and on an empty one, and throughput of eight clients.

    python -m benchmarks.stock [--scale 1] [--rounds 5]

One client first (latency), beside an empty ledger in the same run; then eight clients on one hot product and on 500
products. Every move is its own request with its own key. At the end every balance is verified.
"""

import argparse
import http.client
import itertools
import json
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

from benchmarks import system
from benchmarks.report import Figure, middle, percentile, report

MOVES = 1_000_000
CLIENTS = 8
PRODUCTS = 500
HEADERS = {"Content-Type": "application/json"}


class Workshop:
    """A company with 500 products in one bin each, and a second bin to move to and fro."""

    def __init__(self, name: str, moves: int) -> None:
        from hanmaru.central.companies.services import sign_up
        from hanmaru.central.companies.services.tokens import issue_token
        from hanmaru.central.companies.tenancy import acting

        owner = sign_up(
            company_name=name, person_name="Bench", email=f"{name}@example.com", password="a-bench-password-1"
        )
        self.company = owner.company_id
        with acting(company_id=self.company, user_id=owner.user_id, source="benchmark"):
            self.token = issue_token("benchmark", ["stock:read", "stock:write"])
            self.variants, self.bins = self._goods()
            if moves:
                self._history(moves)

    def _goods(self) -> tuple[list[int], list[int]]:
        from hanmaru.central.catalog.models import Product, Variant
        from hanmaru.central.companies.services import next_number
        from hanmaru.central.stock.services import Move, MoveReason, PlaceKind, beyond, create_place, post

        bins = [create_place(f"BIN{n}", PlaceKind.BIN) for n in range(20)]
        first = next_number("variant", PRODUCTS)
        products = Product.objects.bulk_create(
            [Product(name=f"Ring {n}", code=f"P{n}", base_price=1000) for n in range(PRODUCTS)]
        )
        variants = Variant.objects.bulk_create(
            [Variant(product=product, number=first + n, sku=f"P{n}", price=1000) for n, product in enumerate(products)]
        )
        ids = [variant.pk for variant in variants]
        source = beyond(PlaceKind.SUPPLIER)
        post(
            [
                Move(variant=v, from_place=source, to_place=bins[n % 10], quantity=10**6, reason=MoveReason.RECEIVE)
                for n, v in enumerate(ids)
            ]
        )
        return ids, bins

    def _history(self, moves: int) -> None:
        """Moves to and fro between bins, written straight into the ledger: pairs that leave every balance as it was."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO stock_stockmove (company_id, owner_id, variant_id, from_place_id, to_place_id, quantity,"
                " reason, note, document_kind, source, occurred_at, recorded_at, idempotency_key)"
                " SELECT %(company)s, %(company)s, (%(variants)s::bigint[])[1 + (n / 2) %% 500],"
                " CASE WHEN n %% 2 = 0 THEN %(a)s ELSE %(b)s END, CASE WHEN n %% 2 = 0 THEN %(b)s ELSE %(a)s END, 1,"
                " 'move', '', '', 'benchmark', now() - n * interval '30 seconds', now() - n * interval '30 seconds',"
                " gen_random_uuid()::text FROM generate_series(0, %(moves)s - 1) n",
                {
                    "company": self.company,
                    "variants": self.variants,
                    "a": self.bins[10],
                    "b": self.bins[11],
                    "moves": moves - moves % 2,
                },
            )
            # Each pair has been at both bins, so both have a balance, of nothing.
            cursor.execute(
                "INSERT INTO stock_balance (company_id, owner_id, variant_id, place_id, on_hand, reserved)"
                " SELECT %s, %s, v, p, 0, 0 FROM unnest(%s::bigint[]) v, unnest(%s::bigint[]) p",
                [self.company, self.company, self.variants, self.bins[10:12]],
            )


def client(port: int, workshop: Workshop, wanted: Iterator[tuple[int, int, int]], until: float) -> list[float]:
    """Send moves until the time is over; the seconds each took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    taken = []
    while time.monotonic() < until:
        variant, source, target = next(wanted)
        body = json.dumps({"variant": variant, "from_place": source, "to_place": target, "quantity": 1})
        headers = {**HEADERS, "Authorization": f"Bearer {workshop.token}", "Idempotency-Key": str(uuid.uuid4())}
        begun = time.perf_counter()
        connection.request("POST", "/api/v1/stock/moves", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        taken.append(time.perf_counter() - begun)
        if answer.status != 200:
            raise SystemExit(f"{answer.status}: {text[:300]!r}")
    return taken


def ways(workshop: Workshop, number: int, products: int) -> Iterator[tuple[int, int, int]]:
    """What one client moves, for ever: from the bin a product was received in to one of ten others."""
    for turn in itertools.count(number):
        n = (turn * 7) % products
        yield workshop.variants[n], workshop.bins[n % 10], workshop.bins[10 + turn % 10]


def alone(port: int, workshop: Workshop, seconds: float) -> list[float]:
    """One client's latencies, the first tenth left out (caches)."""
    taken = client(port, workshop, ways(workshop, 1, PRODUCTS), time.monotonic() + seconds)
    return taken[len(taken) // 10 :]


def crowd(port: int, workshop: Workshop, products: int, seconds: float) -> float:
    """Moves a second of eight clients."""
    done: list[int] = []
    until = time.monotonic() + seconds

    def run(number: int) -> None:
        done.append(len(client(port, workshop, ways(workshop, number * 61, products), until)))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(done) != CLIENTS:
        raise SystemExit("a client failed")
    return sum(done) / seconds


def differences(workshop: Workshop) -> int:
    """What ``verify`` finds wrong, and deadlocks that PostgreSQL counted."""
    from django.db import connection

    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.stock.queries import verify

    with acting(company_id=workshop.company, source="benchmark"):
        found = verify()
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return len(found) + int(cursor.fetchone()[0])


def measure(moves: int, rounds: int, seconds: float) -> list[Figure]:
    """Latencies side by side, round by round; then throughput; medians over the rounds."""
    full, empty = Workshop("full", moves), Workshop("empty", 0)
    figures: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        figures.setdefault(name, []).append(value)

    with system.web(2) as port:
        for _round in range(rounds):
            large, small = alone(port, full, seconds), alone(port, empty, seconds)
            note("p50", percentile(large, 0.5) * 1000)
            note("p95", percentile(large, 0.95) * 1000)
            note("p50 empty", percentile(small, 0.5) * 1000)
            note("ratio", percentile(large, 0.5) / percentile(small, 0.5))
            note("hot", crowd(port, full, 1, seconds))
            before = system.spent()
            wide = crowd(port, full, PRODUCTS, seconds)
            note("wide", wide)
            note("processor", (system.spent() - before) / (wide * seconds) * 1000)
    m = {name: middle(values) for name, values in figures.items()}
    return [
        Figure("one client, p50", m["p50"], "ms", 15),
        Figure("one client, p95", m["p95"], "ms", 40),
        Figure("one client, empty ledger, p50", m["p50 empty"], "ms"),
        Figure("p50 against an empty ledger", m["ratio"], "x", 1.3),
        Figure("8 clients, one hot product", m["hot"], "moves/s", 300, higher=True),
        Figure("8 clients, 500 products", m["wide"], "moves/s", 500, higher=True),
        Figure("processor of web and PostgreSQL, a move", m["processor"], "ms"),
        Figure("differences and deadlocks", float(differences(full) + differences(empty)), "", 0),
    ]


def main() -> None:
    """Run it and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="share of a million moves in the large ledger")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5, help="length of each measurement")
    options: Any = parser.parse_args()
    with system.postgres():
        moves = round(MOVES * options.scale)
        figures = measure(moves, options.rounds, options.seconds)
        report("stock", figures, moves=moves, rounds=options.rounds, web_processes=2, clients=CLIENTS)


if __name__ == "__main__":
    main()
