"""A company with something of everything, so that made-up requests meet ids that exist."""

import io
import random
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image


@dataclass
class World:
    """Ids of a company by the name a request gives them, and a token that may do everything."""

    token: str
    ids: dict[str, list[Any]]

    @property
    def headers(self) -> dict[str, str]:
        """Let us in."""
        return {"Authorization": f"Bearer {self.token}"}

    def put_into(self, case: Any) -> None:
        """Write ids that exist into three of four requests; the same request gets the same ids."""
        choice = random.Random(repr((case.path_parameters, case.query, case.body)))  # noqa: S311 - no secret
        if choice.random() < 0.25:
            return
        for container in (case.path_parameters, case.query, case.body):
            self._fill(container, choice)

    def _fill(self, value: Any, choice: random.Random) -> None:
        if isinstance(value, list):
            for one in value:
                self._fill(one, choice)
        elif isinstance(value, MutableMapping):
            for name, one in value.items():
                known = self.ids.get(str(name))
                if known and isinstance(one, int | str) and not isinstance(one, bool):
                    value[name] = choice.choice(known)
                else:
                    self._fill(one, choice)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Let requests use the connection, and the transaction, of the test; as Django's own test client does."""
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def picture() -> io.BytesIO:
    """A photo as a client sends it."""
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "olive").save(file, "JPEG")
    file.seek(0)
    return file


@pytest.fixture
def world(
    one_connection: None, company: Any, new_variant: Callable[..., int], bins: list[int], stocked: Callable[..., None]
) -> World:
    """Stock in bins, and an order in each state."""
    from hanmaru.central.catalog import queries as catalog
    from hanmaru.central.catalog.services import add_photo
    from hanmaru.central.companies.access import SCOPES
    from hanmaru.central.companies.services.tokens import issue_token
    from hanmaru.central.orders import services
    from hanmaru.central.stock.services import lot_for
    from tests.unit.central.orders import flow

    variants = [new_variant() for _ in range(3)]
    for variant in variants:
        for place in bins[:2]:
            stocked(variant, place, 1000)
    wanted = [(variant, 2) for variant in variants]
    products = [card.product_id for card in catalog.variant_cards(variants).values()]
    photos = [add_photo(products[0], picture()) for _ in range(2)]
    draft = flow.placed(*wanted, confirmed=False)
    confirmed, reserved, picking, cancelled = (flow.placed(*wanted) for _ in range(4))
    services.reserve_order(reserved)
    services.reserve_order(picking)
    flow.pick_all(picking)
    services.cancel(cancelled)
    orders = [draft, confirmed, reserved, picking, cancelled, flow.shipped(*wanted)]
    lines = [line.id for order in orders for line in flow.queries.lines_of(order)]
    lots = [lot_for(variants[0], "L1", is_serial=False, expires_on=None)]
    return World(
        token=issue_token("everything", list(SCOPES)),
        ids={
            **dict.fromkeys(("variant", "variant_id"), variants),
            **dict.fromkeys(("place", "place_id", "from_place", "to_place"), bins),
            **dict.fromkeys(("order", "order_id"), orders),
            **dict.fromkeys(("line", "line_id"), lines),
            **dict.fromkeys(("lot", "lot_id"), lots),
            **dict.fromkeys(("product", "product_id"), products),
            "photo_id": photos,
        },
    )
