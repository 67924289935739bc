"""Numbers for tags, and what two people at once may not both have."""

from typing import Any

import pytest

from hanmaru.floor.epc import OwnTag, Sgtin96, decode

pytestmark = pytest.mark.django_db


def cup(**variant: Any) -> Any:
    from hanmaru.central.catalog.queries import variants_of
    from hanmaru.central.catalog.services import create_product

    return variants_of(create_product(name="찻잔", variant=variant))[0]


def test_a_gtin_makes_sgtin_96_with_the_companys_own_prefix(company: Any) -> None:
    from hanmaru.central.catalog.services import new_tags

    card = cup(gtin="80614141123458")
    company.company.gs1_prefix = "061414112"
    company.company.save()
    first, second = map(decode, new_tags(card.id, 2))
    assert isinstance(first, Sgtin96)
    assert (first.gtin, first.company_prefix, first.serial, second.serial) == (card.gtin, "061414112", 1, 2)


def test_without_a_gtin_our_own_scheme_carries_company_and_variant(company: Any) -> None:
    from hanmaru.central.catalog.services import new_tag

    card = cup()
    assert [decode(new_tag(card.id)) for _ in range(2)] == [
        OwnTag(company.company_id, card.number, serial) for serial in (1, 2)
    ]


def test_a_tag_on_other_goods_is_refused_until_it_is_taken_off(company: Any) -> None:
    from hanmaru.central.catalog.errors import TagTaken
    from hanmaru.central.catalog.queries import tags_of
    from hanmaru.central.catalog.services import bind_tag, retire_tag

    first, second = cup(), cup()
    epc = "3074257BF7194E4000001A85"
    bind_tag(epc, first.id)
    bind_tag("urn:epc:tag:sgtin-96:3.0614141.812345.6789", first.id, quantity=3)
    assert [(tag.epc, tag.quantity) for tag in tags_of(first.id)] == [(epc, 3)]
    with pytest.raises(TagTaken, match=first.sku):
        bind_tag(epc, second.id)
    retire_tag(epc)
    bind_tag(epc, second.id)
    assert (tags_of(first.id), len(tags_of(second.id))) == ([], 1)


def test_what_someone_else_took_in_between_is_a_conflict_not_a_crash(
    company: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hanmaru.central.catalog.errors import BarcodeTaken, CodeTaken, SkuTaken
    from hanmaru.central.catalog.queries import variant_card
    from hanmaru.central.catalog.services import create_product, edit_variant, products, variants

    first, second = cup(gtin="8801234567893"), cup()
    monkeypatch.setattr(variants, "check_barcode", lambda *_: None)
    monkeypatch.setattr(variants, "_check_sku", lambda *_: None)
    monkeypatch.setattr(products, "_check_code", lambda *_: None)
    with pytest.raises(BarcodeTaken):
        edit_variant(second.id, gtin="8801234567893")
    with pytest.raises(SkuTaken):
        edit_variant(second.id, sku=first.sku)
    with pytest.raises(CodeTaken):
        create_product(name="접시", code=first.sku)
    assert variant_card(second.id) == second
