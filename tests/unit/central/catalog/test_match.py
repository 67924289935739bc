"""What was scanned is found, whatever kind of code it is."""

from datetime import date
from typing import Any

import pytest

from hanmaru.floor import scan
from hanmaru.floor.epc import OwnTag, Sgtin96

pytestmark = pytest.mark.django_db
GTIN = "8801234567893"


@pytest.fixture
def cup(company: Any) -> Any:
    from hanmaru.central.catalog.queries import variants_of
    from hanmaru.central.catalog.services import create_product

    made = create_product(name="찻잔", code="Cup-1", base_price=9_000, variant={"gtin": GTIN})
    return variants_of(made)[0]


def found(text: str) -> Any:
    from hanmaru.central.catalog.queries import match

    return match(scan.parse(text))


@pytest.mark.parametrize("text", [GTIN, f"0{GTIN}", "HM-V-17", "Cup-1", "cup-1", f"]E0{GTIN}"])
def test_one_piece_by_any_of_its_codes(cup: Any, text: str) -> None:
    from hanmaru.central.catalog.queries import Match

    assert found(text) == Match(variant=cup)


def test_a_gs1_code_passes_lot_serial_expiry_and_quantity_on(cup: Any) -> None:
    from hanmaru.central.catalog.queries import Match

    assert found(f"(01)0{GTIN}(17)271231(10)L7(21)S9(30)12") == Match(
        variant=cup, lot="L7", serial="S9", expires_on=date(2027, 12, 31), quantity=12
    )


def test_a_box_by_its_own_barcode(cup: Any) -> None:
    from hanmaru.central.catalog.services import add_barcode

    add_barcode(cup.id, "18801234567890", 24)
    add_barcode(cup.id, "공급처-77", 6)
    assert (found("18801234567890").variant, found("18801234567890").quantity) == (cup, 24)
    assert (found("공급처-77").variant, found("공급처-77").quantity) == (cup, 6)


def test_a_tag_by_its_gtin_and_a_tag_of_our_own(cup: Any, company: Any) -> None:
    sgtin = Sgtin96.from_gtin(GTIN, 4711, prefix_length=7)
    own = OwnTag(company.company_id, cup.number, 5)
    for tag, serial in ((sgtin, "4711"), (own, "5")):
        match = found(tag.hex)
        assert (match.variant, match.serial, match.epc, match.quantity) == (cup, serial, tag.hex, 1)


def test_a_bound_tag_comes_first_and_a_retired_one_is_refused(cup: Any, company: Any) -> None:
    from hanmaru.central.catalog.errors import TagRetired
    from hanmaru.central.catalog.queries import variants_of
    from hanmaru.central.catalog.services import bind_tag, create_product, retire_tag

    other = variants_of(create_product(name="접시"))[0]
    epc = Sgtin96.from_gtin(GTIN, 4711, prefix_length=7).hex
    bind_tag(epc, other.id, lot_number="L2", quantity=10)
    match = found(epc)
    assert (match.variant.id, match.lot, match.quantity) == (other.id, "L2", 10)
    retire_tag(epc)
    with pytest.raises(TagRetired):
        found(epc)


def test_what_nothing_has_is_told_apart(cup: Any, company: Any) -> None:
    from hanmaru.central.catalog.errors import ForeignTag, NotAProduct, UnknownCode

    for text, error in (
        ("4006381333931", UnknownCode),
        ("HM-V-24", UnknownCode),
        ("no such thing", UnknownCode),
        (OwnTag(company.company_id + 1, 1, 1).hex, ForeignTag),
        (OwnTag(company.company_id, 99, 1).hex, UnknownCode),
        ("HM-P-A-01", NotAProduct),
        ("HM-O-17", NotAProduct),
        ("8801234567894", scan.WrongCheckDigit),
    ):
        with pytest.raises(error):
            found(text)


def test_another_companys_codes_are_unknown(cup: Any, other_company: Any) -> None:
    from hanmaru.central.catalog.errors import UnknownCode
    from hanmaru.central.companies.tenancy import acting

    with acting(company_id=other_company.company_id):
        for text in (GTIN, "HM-V-17", "Cup-1"):
            with pytest.raises(UnknownCode):
                found(text)


def test_search_finds_by_name_sku_and_option(company: Any) -> None:
    from hanmaru.central.catalog.queries import search_variants
    from hanmaru.central.catalog.services import OptionSpec, ValueSpec, archive_product, create_product

    create_product(name="가죽 지갑", options=[OptionSpec("색", [ValueSpec("갈색"), ValueSpec("검정")])])
    gone = create_product(name="낡은 지갑")
    archive_product(gone)
    assert [card.label for card in search_variants("지갑")] == ["검정", "갈색"]
    assert [card.label for card in search_variants("지갑 갈색")] == ["갈색"]
    assert [card.label for card in search_variants("p0001-geom")] == ["검정"]
    assert search_variants("100%") == search_variants("없음") == []
    first = search_variants("", limit=1)
    assert [card.label for card in search_variants("", after=first[0].id)] == ["갈색"]
