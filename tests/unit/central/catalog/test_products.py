"""Products, options and their variants."""

from typing import Any

import pytest

pytestmark = pytest.mark.django_db


def ring(**given: Any) -> int:
    from hanmaru.central.catalog.services import OptionSpec, ValueSpec, create_product

    options = [
        OptionSpec("크기", [ValueSpec("15호"), ValueSpec("17호")]),
        OptionSpec("금속", [ValueSpec("은", price_difference=0), ValueSpec("금 14K", price_difference=90_000)]),
    ]
    return create_product(**{"name": "물결 반지", "code": "RING", "base_price": 50_000, "options": options, **given})


def test_every_combination_becomes_a_variant(company: Any) -> None:
    from hanmaru.central.catalog.queries import variants_of

    assert [(card.sku, card.label, card.price, card.own_barcode) for card in variants_of(ring())] == [
        ("RING-15HO-EUN", "15호 / 은", 50_000, "HM-V-17"),
        ("RING-15HO-GEUM14K", "15호 / 금 14K", 140_000, "HM-V-24"),
        ("RING-17HO-EUN", "17호 / 은", 50_000, "HM-V-31"),
        ("RING-17HO-GEUM14K", "17호 / 금 14K", 140_000, "HM-V-48"),
    ]


def test_a_product_without_options_has_one_variant_with_its_own_fields(company: Any) -> None:
    from hanmaru.central.catalog.queries import variants_of
    from hanmaru.central.catalog.services import create_product

    only = variants_of(
        create_product(name=" 가죽  지갑 ", base_price=30_000, variant={"gtin": "8801234567893", "weight_g": 120})
    )
    assert [(card.name, card.sku, card.gtin, card.weight_g, card.label, card.photo) for card in only] == [
        ("가죽 지갑", "P0001", "08801234567893", 120, "", "")
    ]


def specs(product: int) -> list[Any]:
    from hanmaru.central.catalog.models import Option
    from hanmaru.central.catalog.services import OptionSpec, ValueSpec

    return [
        OptionSpec(
            option.name,
            [ValueSpec(v.value, v.code, v.price_difference, v.pk) for v in option.values.filter(archived_at=None)],
            option.pk,
        )
        for option in Option.objects.filter(product_id=product)
    ]


def test_a_new_value_brings_only_the_variants_that_are_missing(company: Any) -> None:
    from hanmaru.central.catalog.queries import variants_of
    from hanmaru.central.catalog.services import ValueSpec, edit_variant, set_options

    product = ring()
    before = variants_of(product)
    edit_variant(before[0].id, price=45_000)
    size, metal = specs(product)
    size.values.append(ValueSpec("19호", price_difference=1_000))
    change = set_options(product, [size, metal])
    after = variants_of(product)
    assert (len(change.made), change.deleted, change.archived) == (2, 0, 0)
    assert [card.id for card in after[:4]] == [card.id for card in before]
    assert [(card.sku, card.price) for card in after] == [
        ("RING-15HO-EUN", 45_000),
        ("RING-15HO-GEUM14K", 140_000),
        ("RING-17HO-EUN", 50_000),
        ("RING-17HO-GEUM14K", 140_000),
        ("RING-19HO-EUN", 51_000),
        ("RING-19HO-GEUM14K", 141_000),
    ]


def test_prices_follow_the_base_price_but_for_those_set_by_hand(company: Any) -> None:
    from hanmaru.central.catalog.queries import variants_of
    from hanmaru.central.catalog.services import edit_product, edit_variant

    product = ring()
    first = variants_of(product)[0].id
    edit_variant(first, price=1)
    edit_product(product, base_price=60_000)
    assert [card.price for card in variants_of(product)] == [1, 150_000, 60_000, 150_000]
    edit_variant(first, price=None)
    assert [card.price for card in variants_of(product)] == [60_000, 150_000, 60_000, 150_000]


def test_a_value_taken_away_deletes_unused_variants_and_archives_used_ones(company: Any) -> None:
    from hanmaru.central.catalog.models import Variant
    from hanmaru.central.catalog.queries import variants_of
    from hanmaru.central.catalog.services import OptionSpec, ValueSpec, set_options
    from hanmaru.central.stock.models import Lot

    product = ring()
    used = variants_of(product)[3]
    Lot.objects.create(variant_id=used.id, number="L1")
    size, metal = specs(product)
    change = set_options(product, [size, OptionSpec(metal.name, metal.values[:1], metal.id)])
    assert (change.made, change.deleted, change.archived) == ([], 1, 1)
    assert [card.sku for card in variants_of(product)] == ["RING-15HO-EUN", "RING-17HO-EUN"]
    assert Variant.objects.get(pk=used.id).archived_at is not None
    again = set_options(product, [size, OptionSpec(metal.name, [*metal.values[:1], ValueSpec("금 14K", "", 80_000)])])
    assert len(again.made) == 1
    assert {card.id for card in variants_of(product)} > {used.id}
    assert {card.price for card in variants_of(product)} == {50_000, 130_000}


def test_a_new_option_gives_its_first_value_to_the_variants_there_are(company: Any) -> None:
    from hanmaru.central.catalog.queries import variants_of
    from hanmaru.central.catalog.services import OptionSpec, ValueSpec, set_options

    product = ring()
    before = {card.id for card in variants_of(product)}
    set_options(product, [*specs(product), OptionSpec("각인", [ValueSpec("없음"), ValueSpec("있음", "ENG", 5_000)])])
    after = variants_of(product)
    assert len(after) == 8
    assert {card.id for card in after if card.label.endswith("없음")} == before


def test_an_option_goes_only_when_one_value_is_left(company: Any) -> None:
    from hanmaru.central.catalog.errors import OptionInUse
    from hanmaru.central.catalog.queries import variants_of
    from hanmaru.central.catalog.services import OptionSpec, set_options

    product = ring()
    size, metal = specs(product)
    with pytest.raises(OptionInUse, match="금속"):
        set_options(product, [size])
    set_options(product, [size, OptionSpec(metal.name, metal.values[:1])])
    set_options(product, [size])
    assert [(card.sku, card.label) for card in variants_of(product)] == [
        ("RING-15HO-EUN", "15호"),
        ("RING-17HO-EUN", "17호"),
    ]


def test_five_thousand_variants_are_made_and_one_more_value_is_refused(company: Any) -> None:
    from hanmaru.central.catalog.errors import TooManyVariants
    from hanmaru.central.catalog.queries import variants_of
    from hanmaru.central.catalog.services import OptionSpec, ValueSpec, create_product

    def options(*sizes: int) -> list[OptionSpec]:
        return [OptionSpec(f"O{n}", [ValueSpec(str(i)) for i in range(size)]) for n, size in enumerate(sizes)]

    assert len(variants_of(create_product(name="팔찌", options=options(50, 10, 10)))) == 5_000
    with pytest.raises(TooManyVariants, match=r"5100.*5000"):
        create_product(name="팔찌", options=options(51, 10, 10))


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"name": "  "}, "TextNeeded", "Name|이름"),
        ({"name": "가" * 121}, "TextTooLong", "120"),
        ({"base_price": -1}, "NumberImpossible", "-1"),
        ({"base_price": 8801234567893}, "NumberImpossible", "8801234567893"),
        ({"storage_class": "금고"}, "UnknownStorageClass", "금고"),
        ({"tracking": "maybe"}, "UnknownTracking", "lot"),
        ({"code": "X" * 41}, "TextTooLong", "40"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_made(company: Any, given: dict[str, Any], error: str, words: str) -> None:
    from hanmaru.central.catalog import errors
    from hanmaru.central.catalog.models import Product

    with pytest.raises(getattr(errors, error), match=words):
        ring(**given)
    assert not Product.objects.exists()


def test_what_is_taken_is_named(company: Any) -> None:
    from hanmaru.central.catalog.errors import BarcodeTaken, CodeTaken, OptionTwice, SkuTaken
    from hanmaru.central.catalog.queries import variants_of
    from hanmaru.central.catalog.services import OptionSpec, ValueSpec, add_barcode, create_product, edit_variant
    from hanmaru.floor.scan import WrongCheckDigit

    first, second = variants_of(ring())[:2]
    with pytest.raises(CodeTaken, match="물결 반지"):
        create_product(name="다른 반지", code="RING")
    with pytest.raises(SkuTaken, match="물결 반지"):
        edit_variant(second.id, sku=first.sku)
    edit_variant(first.id, gtin="880-1234-567893")
    with pytest.raises(BarcodeTaken, match="RING-15HO-EUN"):
        edit_variant(second.id, gtin="8801234567893")
    with pytest.raises(BarcodeTaken, match="RING-15HO-EUN"):
        add_barcode(second.id, "8801234567893")
    with pytest.raises(WrongCheckDigit):
        edit_variant(second.id, gtin="8801234567894")
    with pytest.raises(OptionTwice, match="은"):
        create_product(name="목걸이", options=[OptionSpec("금속", [ValueSpec("은"), ValueSpec(" 은")])])


def test_another_companys_product_is_not_there(company: Any, other_company: Any) -> None:
    from hanmaru.central.catalog.errors import NoSuchProduct
    from hanmaru.central.catalog.queries import variant_cards, variants_of
    from hanmaru.central.catalog.services import archive_product, edit_product, edit_variant, set_options
    from hanmaru.central.companies.tenancy import acting

    product = ring()
    variant = variants_of(product)[0]
    with acting(company_id=other_company.company_id):
        assert variant_cards([variant.id]) == {}
        for attempt in (
            lambda: edit_product(product, name="X"),
            lambda: edit_variant(variant.id, price=1),
            lambda: set_options(product, []),
            lambda: archive_product(product),
        ):
            with pytest.raises(NoSuchProduct):
                attempt()
        assert ring()  # the same code and SKUs
    assert variant_cards([variant.id]) == {variant.id: variant}


def test_an_unused_variant_is_deleted_and_a_used_one_archived(company: Any) -> None:
    from hanmaru.central.catalog.models import Variant
    from hanmaru.central.catalog.queries import variants_of
    from hanmaru.central.catalog.services import archive_variant, restore_variant
    from hanmaru.central.stock.models import Lot

    first, second, *_rest = variants_of(product := ring())
    Lot.objects.create(variant_id=first.id, number="L1")
    archive_variant(first.id)
    archive_variant(second.id)
    assert set(Variant.objects.filter(pk__in=[first.id, second.id]).values_list("pk", flat=True)) == {first.id}
    assert first.id not in {card.id for card in variants_of(product)}
    restore_variant(first.id)
    assert first.id in {card.id for card in variants_of(product)}


def test_tracking_stays_once_goods_were_booked(company: Any) -> None:
    from hanmaru.central.catalog.errors import TrackingFixed
    from hanmaru.central.catalog.queries import variants_of
    from hanmaru.central.catalog.services import edit_product
    from hanmaru.central.stock.models import Lot

    product = ring()
    edit_product(product, tracking="lot")
    Lot.objects.create(variant_id=variants_of(product)[0].id, number="L1")
    edit_product(product, tracking="lot", name="새 이름")
    with pytest.raises(TrackingFixed):
        edit_product(product, tracking="none")
