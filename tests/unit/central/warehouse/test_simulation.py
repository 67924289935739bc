"""Orders worked through the house by the replay: all shipped, returns taken back, the stock follows from its moves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.unit.central.orders import flow

pytestmark = pytest.mark.django_db


def test_a_few_days_of_orders(company: Any, new_variant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from hanmaru.central.orders.services import ReturnWanted, announce_return
    from hanmaru.central.stock.queries import figures, verify
    from hanmaru.central.warehouse.simulation import house
    from hanmaru.central.warehouse.simulation.run import simulate

    monkeypatch.setattr(house, "RACKS", 1)
    monkeypatch.setattr(house, "LATE", 0.3)
    variants = [new_variant() for _ in range(6)]
    start = datetime(2011, 3, 1, 9, tzinfo=UTC)
    orders = [
        flow.placed(*((variant, 1 + n) for variant in variants), placed_at=start + timedelta(hours=10 * n))
        for n in range(6)
    ]
    (line, *_rest) = flow.queries.lines_of(orders[0])
    back = ReturnWanted(variant=line.variant, quantity=1, order_line=line.id)
    announce_return([back], announced_at=start + timedelta(days=2))
    seen: list[int] = []
    done = simulate(lambda progress: seen.append(progress.orders), seed=3)
    assert {flow.state(order) for order in orders} == {"shipped"}
    assert (done.orders, done.returns, done.returns_waiting) == (6, 1, 0)
    assert seen == sorted(seen)
    assert figures([line.variant])[line.variant].on_hand == 1
    assert flow.queries.steps_of(orders[0])[-1].at.year == 2011
    assert verify() == []
    assert simulate(lambda _progress: None).orders == 0
