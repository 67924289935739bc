"""What lies in the house to begin with, what is on its way, and who has ordered what."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from hanmaru.central.demo.records import Customer, Delivery, Line, Order, OrderState, Place, Product, Stock, Variant
from hanmaru.decide.goods import Goods
from hanmaru.decide.place import Place as Candidate
from hanmaru.decide.putaway import allot

_STATES: tuple[tuple[OrderState, int, int], ...] = (
    ("shipped", 14, 40),
    ("returned", 2, 30),
    ("cancelled", 2, 12),
    ("packed", 2, 1),
    ("picking", 2, 1),
    ("reserved", 4, 1),
    ("confirmed", 5, 0),
    ("draft", 1, 0),
)
"""Orders by state: how many, and at most how many days ago they were placed."""

_WORDS = ("HANMARU", "MARU 2026", "2026.11.21", "SOMI & JUN", "늘 함께")
_CHANNELS = ("order_page", "clerk", "order_page", "api", "file")


@dataclass(slots=True)
class _Shelf:
    """Bins being filled: what is left of each, and what lies there."""

    left: dict[str, Candidate]
    holds: set[tuple[str, str]]


def opening_stock(
    products: Sequence[Product], variants: Sequence[Variant], places: Sequence[Place], today: date, seed: int
) -> tuple[Stock, ...]:
    """Lay out the first goods, each where put-away would propose it, so that no bin holds more than it can."""
    dice = random.Random(seed)  # noqa: S311 - made-up figures
    by_code = {product.code: product for product in products}
    shelf = _Shelf({place.code: _candidate(place) for place in places if place.kind == "bin"}, set())
    found: list[Stock] = []
    for variant in variants:
        product = by_code[variant.product]
        for quantity, lot, expires_on in _amounts(product, variant, dice, today):
            found += _lay(shelf, variant, product, quantity, lot, expires_on)
    return tuple(found)


def deliveries(
    products: Sequence[Product], variants: Sequence[Variant], suppliers: Sequence[str], today: date, seed: int
) -> tuple[Delivery, ...]:
    """Announce a few deliveries around today, one of them late."""
    dice = random.Random(seed + 1)  # noqa: S311 - made-up figures
    groups: dict[str, list[Variant]] = {}
    classes = {product.code: product.storage_class for product in products}
    for variant in variants:
        groups.setdefault(classes[variant.product], []).append(variant)
    found = []
    for at, (days, group) in enumerate(zip((-1, 0, 0, 1, 3), sorted(groups) * 5, strict=False)):
        chosen = dice.sample(groups[group], min(len(groups[group]), dice.randint(2, 5)))
        lines = tuple(Line(variant.sku, dice.choice((3, 5, 10, 12))) for variant in chosen)
        day = today + timedelta(days=days)
        found.append(Delivery(f"IN-{day:%y%m%d}-{at + 1}", suppliers[at % len(suppliers)], day, lines))
    return tuple(found)


def orders(
    products: Sequence[Product],
    variants: Sequence[Variant],
    stock: Sequence[Stock],
    customers: Sequence[Customer],
    today: date,
    seed: int,
) -> tuple[Order, ...]:
    """Make orders in every state. All but one can be served from `stock`, taken together."""
    dice = random.Random(seed + 2)  # noqa: S311 - made-up figures
    sold = {product.code for product in products if product.on_order_page}
    free: dict[str, int] = {}
    for lying in stock:
        free[lying.sku] = free.get(lying.sku, 0) + lying.quantity
    buyable = [variant for variant in variants if variant.product in sold and free.get(variant.sku)]
    moments = sorted(
        ((_moment(today, dice.uniform(0, days), dice), state) for state, count, days in _STATES for _ in range(count)),
        key=lambda pair: (pair[1] not in {"shipped", "returned", "cancelled"}, pair[0]),
    )
    found = []
    for number, (moment, state) in enumerate(moments, start=1):
        lines = tuple(_lines(dice, buyable, free))
        if not lines:
            break
        customer = customers[dice.randrange(len(customers))].name
        channel = _CHANNELS[number % len(_CHANNELS)]
        found.append(Order(f"SO-{number:05d}", customer, channel, state, moment, lines))  # type: ignore[arg-type]
    return _with_back_order(found, variants, free)


def _with_back_order(found: list[Order], variants: Sequence[Variant], free: dict[str, int]) -> tuple[Order, ...]:
    """Let one confirmed order ask for what is not there, so that a back-order can be seen."""
    waiting = next((at for at, order in enumerate(found) if order.state == "confirmed"), None)
    lacking = next((variant for variant in variants if not free.get(variant.sku)), None)
    if waiting is not None and lacking is not None:
        order = found[waiting]
        found[waiting] = replace(
            order, lines=(*order.lines, Line(lacking.sku, 1)), note="품절 품목은 들어오는 대로 보내 주세요."
        )
    return tuple(found)


def _amounts(
    product: Product, variant: Variant, dice: random.Random, today: date
) -> Iterator[tuple[int, str, date | None]]:
    """How many pieces lie there to begin with; about half of the sizes are in stock."""
    if product.tracking == "lot":
        for batch in range(1, 4 if product.has_expiry else 2):
            expires_on = today + timedelta(days=dice.choice((20, 90, 200)) + batch) if product.has_expiry else None
            yield dice.randint(2, 8), f"L{today:%y%m}-{batch}", expires_on
    elif product.tracking == "serial":
        if dice.random() < 0.4:
            for piece in range(dice.randint(1, 2)):
                yield 1, f"{variant.sku}-{piece + 1:03d}", None
    elif not product.options:
        yield dice.randint(40, 120), "", None
    elif product.storage_class not in {"jewellery", "shoes"}:
        yield dice.randint(8, 25), "", None
    elif dice.random() < 0.45:
        yield dice.randint(1, 6), "", None


def _lay(
    shelf: _Shelf, variant: Variant, product: Product, quantity: int, lot: str, expires_on: date | None
) -> Iterator[Stock]:
    goods = Goods(variant.sku, quantity, variant.size, variant.weight, product.storage_class)
    candidates = [
        replace(bin_, same_variant=int((code, variant.sku) in shelf.holds)) for code, bin_ in shelf.left.items()
    ]
    for proposal in allot(goods, candidates).proposals:
        code, pieces = proposal.place.key, proposal.quantity
        bin_ = shelf.left[code]
        shelf.left[code] = replace(
            bin_,
            position=bin_.position + 40 * pieces / quantity,  # the next goods go further on: bins fill evenly
            free_volume=(bin_.free_volume or 0) - pieces * (goods.unit_volume or 0),
            free_weight=(bin_.free_weight or 0) - pieces * variant.weight,
        )
        shelf.holds.add((code, variant.sku))
        yield Stock(variant.sku, code, pieces, lot, expires_on)


def _candidate(place: Place) -> Candidate:
    return Candidate(
        key=place.code,
        position=place.walk_order,
        free_volume=place.volume,
        free_weight=place.max_weight,
        classes=frozenset(place.storage_classes),
    )


def _moment(today: date, days_ago: float, dice: random.Random) -> datetime:
    """Pick an hour of a working day, before it is nine in the morning in Seoul today (midnight UTC)."""
    day = datetime.combine(today, time(), UTC) - timedelta(days=days_ago)
    return day.replace(microsecond=0) - timedelta(minutes=dice.randint(5, 600))


def _lines(dice: random.Random, buyable: Sequence[Variant], free: dict[str, int]) -> Iterator[Line]:
    seen: set[str] = set()
    for _ in range(dice.choice((1, 1, 2, 2, 3))):
        variant = buyable[dice.randrange(len(buyable))]
        if variant.sku in seen or not free[variant.sku]:
            continue
        seen.add(variant.sku)
        quantity = min(free[variant.sku], dice.choice((1, 1, 1, 2)))
        free[variant.sku] -= quantity
        wording = dice.choice(_WORDS) if variant.sku.endswith("-E") else ""
        yield Line(variant.sku, quantity, wording)
