"""A product is shown in the reader's language wherever it is shown, and kept under the name it was given."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from hanmaru.central.catalog import queries, services
from hanmaru.central.catalog.importing.export import table
from hanmaru.central.catalog.naming import shown_name
from hanmaru.central.orders.queries import Channel, lines_of
from hanmaru.central.orders.services import LineWanted, place_order

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "english", "shown"),
    [("ko", "Wave ring", "물결 반지"), ("en", "Wave ring", "Wave ring"), ("en-gb", "Wave ring", "Wave ring"),
     ("en", "", "물결 반지")],
)  # fmt: skip
def test_the_reader_s_language_decides_where_there_is_a_choice(language: str, english: str, shown: str) -> None:
    with translation.override(language):
        assert shown_name("물결 반지", english) == shown


@pytest.fixture
def ring(company: Any) -> queries.VariantCard:
    product = services.create_product(name="물결 반지", name_en="Wave ring", base_price=68000)
    return queries.variants_of(product)[0]


def test_every_page_shows_the_name_in_the_person_s_language(
    company: Any, ring: queries.VariantCard, bins: list[int], stocked: Callable[..., None], client_of: Any
) -> None:
    stocked(ring.id, bins[0], 3)
    with translation.override("en"):
        order = place_order([LineWanted(variant=ring.id, quantity=1)], channel=Channel.CLERK)
    assert lines_of(order)[0].description == "물결 반지", "what is kept does not hang on who took the order"
    browser = client_of(company)
    for address in (
        "/products/",
        f"/products/{ring.product_id}/",
        f"/products/variants/{ring.id}/",
        "/stock/",
        f"/stock/{ring.id}/",
        "/moves/",
        f"/places/{bins[0]}/",
        f"/orders/{order}/",
        "/orders/new/products/?find=wave",
    ):
        for language, shown, not_shown in (("en", "Wave ring", "물결 반지"), ("ko", "물결 반지", "Wave ring")):
            company.user.language = language
            company.user.save()
            page = browser.get(address)
            assert page.status_code == 200, address
            words = page.content.decode()
            assert shown in words, (address, language)
            own_page = f"/products/{ring.product_id}/"  # tells both names
            assert address == own_page or not_shown not in words, (address, language)


def test_the_api_and_files_have_the_name_that_was_given(company: Any, ring: queries.VariantCard) -> None:
    with translation.override("en"):
        assert queries.variant_card(ring.id).name == "물결 반지"
        assert next(iter(table("KRW").rows))[1] == "물결 반지"
