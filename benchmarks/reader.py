"""A busy gate: tag readers report over the websocket and wait to be told where each piece goes.

    python -m benchmarks.reader [--scale 1] [--gates 2] [--seconds 20] [--full 0.5]

Each gate reads 100 tags a second, in messages of ten: two tags that come for the first time, eight seen a moment ago,
as a UHF reader does. The time is from sending a message to its answers. The house has 4,320 bins with goods in them (at
scale 1), the first half of the walk so full that nothing more goes in. At the end every tag must have been counted
once, and the ledger agree with the balances.
"""

import argparse
import threading
import time
from datetime import UTC, datetime
from typing import Any

from websockets.sync.client import ClientConnection, connect

from benchmarks import system
from benchmarks.report import Figure, percentile, report
from hanmaru.floor.reads import Ack, Answers, Hello, Read, Reads, decode_server, encode

BINS = 4_320
VARIANTS = 200
PIECES = 20  # in each bin
BATCH = 10
FRESH = 2
RATE = 10  # messages a second and gate


class Gatehouse:
    """A company with racks of bins, goods in them, and a roll of tags for each gate."""

    def __init__(self, bins: int, full: int, gates: int, tags: int) -> None:
        from hanmaru.central.companies.services import sign_up
        from hanmaru.central.companies.services.tokens import issue_token
        from hanmaru.central.companies.tenancy import acting

        owner = sign_up(
            company_name="gate", person_name="Bench", email="gate@example.com", password="a-bench-password-1"
        )
        self.company = owner.company_id
        with acting(company_id=self.company, user_id=owner.user_id, source="benchmark"):
            self.tokens = [issue_token(f"Gate {number}", ["reader"]) for number in range(gates)]
            variants = self._goods(bins, full)
            self.rolls = [self._roll(variants, tags, number) for number in range(gates)]

    def _goods(self, bins: int, full: int) -> list[int]:
        from hanmaru.central.catalog.models import Product, Variant
        from hanmaru.central.companies.services import next_number
        from hanmaru.central.stock.models import Place
        from hanmaru.central.stock.services import Move, MoveReason, PlaceKind, beyond, post

        places = Place.objects.bulk_create(
            [
                Place(
                    code=f"B{number:04d}",
                    path=f"B{number:04d}",
                    kind=PlaceKind.BIN,
                    holds_stock=True,
                    walk_order=number,
                    max_count=PIECES if number < full else 5_000,
                )
                for number in range(bins)
            ]
        )
        first = next_number("variant", VARIANTS)
        products = Product.objects.bulk_create(
            [Product(name=f"Ring {number}", code=f"P{number}", base_price=1000) for number in range(VARIANTS)]
        )
        variants = Variant.objects.bulk_create(
            [
                Variant(product=product, number=first + number, sku=f"P{number}", price=1000, weight_g=20)
                for number, product in enumerate(products)
            ]
        )
        source = beyond(PlaceKind.SUPPLIER)
        post(
            Move(
                variant=variants[number % VARIANTS].pk,
                from_place=source,
                to_place=place.pk,
                quantity=PIECES,
                reason=MoveReason.RECEIVE,
            )
            for number, place in enumerate(places)
        )
        return [variant.pk for variant in variants]

    def _roll(self, variants: list[int], tags: int, number: int) -> list[str]:
        from hanmaru.central.catalog.services import new_tags

        each = -(-tags // VARIANTS)
        rolls = [new_tags(variant, each) for variant in variants]
        return [rolls[(turn + number) % VARIANTS][turn // VARIANTS] for turn in range(tags)]


def gate(port: int, token: str, roll: list[str], seconds: float) -> tuple[list[float], int]:
    """One reader at work: the seconds each message took, and how many tags it has shown."""
    taken: list[float] = []
    headers = {"Authorization": f"Bearer {token}"}
    with connect(f"ws://127.0.0.1:{port}/api/v1/reader", additional_headers=headers) as line:
        _say(line, Hello(1, "gate", 1, 0))
        shown, sequence, begun = 0, 0, time.monotonic()
        for turn in range(int(seconds * RATE)):
            time.sleep(max(0.0, begun + turn / RATE - time.monotonic()))
            fresh = roll[shown : shown + FRESH]
            shown += len(fresh)
            old = [roll[max(0, shown - 1 - n)] for n in range(BATCH - len(fresh))]
            now = datetime.now(UTC)
            reads = tuple(Read(sequence + n, epc, 1, -50.0, now) for n, epc in enumerate([*fresh, *old], 1))
            sequence += len(reads)
            sent = time.perf_counter()
            answers = _say(line, Reads(reads))
            taken.append(time.perf_counter() - sent)
            if not isinstance(answers, Answers) or not isinstance(decode_server(line.recv()), Ack):
                raise SystemExit(f"not an answer: {answers}")
    return taken, shown


def _say(line: ClientConnection, message: Any) -> Any:
    line.send(encode(message))
    return decode_server(line.recv())


def measure(bins: int, full: float, gates: int, seconds: float) -> list[Figure]:
    """The gates at work side by side, then the books."""
    house = Gatehouse(bins, round(bins * full), gates, int(seconds * RATE * FRESH) + FRESH)
    system.settle()
    found: list[tuple[list[float], int]] = []
    with system.web(2) as port:
        threads = [
            threading.Thread(target=lambda n=n: found.append(gate(port, house.tokens[n], house.rolls[n], seconds)))
            for n in range(gates)
        ]
        before = system.spent()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        processor = system.spent() - before
    if len(found) != gates:
        raise SystemExit("a gate failed")
    taken = [one for times, _shown in found for one in times[RATE:]]  # the first second fills caches
    wrong = _miscounted(house, sum(shown for _times, shown in found))
    return [
        Figure("reads to answers, p50", percentile(taken, 0.5) * 1000, "ms"),
        Figure("reads to answers, p95", percentile(taken, 0.95) * 1000, "ms", 100),
        Figure("reads to answers, slowest", max(taken) * 1000, "ms"),
        Figure(
            "processor of web and PostgreSQL, a message", processor / sum(len(t) for t, _shown in found) * 1000, "ms"
        ),
        Figure("reads", float(gates * RATE * BATCH), "reads/s"),
        Figure("tags not counted exactly once", float(wrong), "", 0),
    ]


def _miscounted(house: Gatehouse, shown: int) -> int:
    from django.utils import timezone

    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.stock.queries import stock_now, verify

    with acting(company_id=house.company, source="benchmark"):
        return abs(stock_now(timezone.now()).on_dock - shown) + len(verify())


def main() -> None:
    """Run it and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="share of 4,320 bins")
    parser.add_argument("--gates", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--full", type=float, default=0.5, help="share of the bins that take nothing more")
    options: Any = parser.parse_args()
    with system.postgres():
        bins = max(10, round(BINS * options.scale))
        figures = measure(bins, options.full, options.gates, options.seconds)
        report("reader", figures, bins=bins, full=options.full, gates=options.gates, batch=BATCH, web_processes=2)


if __name__ == "__main__":
    main()
