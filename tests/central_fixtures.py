"""Fixtures of the business: companies with people in them, and a small stock to work with."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

PASSWORD = "a-long-enough-password-1"
_numbers = itertools.count(1)


@pytest.fixture
def new_company(db: None) -> Callable[..., Any]:
    """Sign a fresh company up; answers the owner's Membership."""
    from hanmaru.central.companies.services import sign_up

    def make(name: str = "") -> Any:
        number = next(_numbers)
        return sign_up(
            company_name=name or f"Workshop {number}",
            person_name=f"Owner {number}",
            email=f"owner{number}@example.com",
            password=PASSWORD,
        )

    return make


@pytest.fixture
def company(new_company: Callable[..., Any]) -> Iterator[Any]:
    """The membership of a fresh company's owner, who acts for the length of the test."""
    from hanmaru.central.companies.tenancy import acting

    membership = new_company()
    with acting(company_id=membership.company_id, user_id=membership.user_id, source="test"):
        yield membership


@pytest.fixture
def other_company(new_company: Callable[..., Any]) -> Any:
    """Another company's owner; nobody acts for it."""
    return new_company()


@pytest.fixture
def client_of() -> Callable[[Any], Any]:
    """A browser in which the membership's person is logged in, for that company."""
    from django.test import Client

    def log_in(membership: Any) -> Any:
        client = Client()
        client.force_login(membership.user)
        session = client.session
        session["company"] = membership.company_id
        session.save()
        return client

    return log_in


@pytest.fixture
def new_variant(company: Any) -> Callable[..., int]:
    """Make a product with a single variant in the acting company; the variant's id."""
    from hanmaru.central.catalog.models import Product, Variant
    from hanmaru.central.companies.services import next_number

    def make(sku: str = "", **fields: Any) -> int:
        number = next_number("variant")
        code = sku or f"SKU{number}"
        product = Product.objects.create(name=f"Ring {number}", code=code, base_price=1000)
        variant = Variant.objects.create(product=product, number=number, sku=code, price=1000, **fields)
        return int(variant.pk)

    return make


@pytest.fixture
def bins(company: Any) -> list[int]:
    """Three bins of the acting company: ids in key order."""
    from hanmaru.central.stock.models import PlaceKind
    from hanmaru.central.stock.services import create_place

    number = next(_numbers)
    return [create_place(f"B{number}-{i}", PlaceKind.BIN, walk_order=i) for i in range(3)]


@pytest.fixture
def stocked(company: Any) -> Callable[[int, int, int], None]:
    """Put so many pieces of a variant into a place, as opening stock."""
    from hanmaru.central.stock.models import MoveReason, PlaceKind
    from hanmaru.central.stock.services import Move, beyond, post

    def put(variant: int, place: int, quantity: int) -> None:
        source = beyond(PlaceKind.SUPPLIER)
        post([Move(variant=variant, from_place=source, to_place=place, quantity=quantity, reason=MoveReason.RECEIVE)])

    return put
