"""The one parser: every form it knows, the quirks of scanners, and that nothing but our own errors ever comes out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanmaru.floor import epc, scan
from hanmaru.floor.epc import MalformedEpc, OwnTag, Sgtin96, UnknownEpc
from hanmaru.floor.keyboard import latin_keys
from hanmaru.floor.scan import (
    ScannedDocument,
    ScannedEpc,
    ScannedGtin,
    ScannedPlace,
    ScannedVariant,
    ScanUnreadable,
    Unknown,
    WrongCheckDigit,
    parse,
)
from hanmaru.kernel.errors import HanmaruError

RING = "08801234567893"
TAG = "3074257BF7194E4000001A85"
# GS1 General Specifications, figure 7.11-1, without "(", which the bracketed form cannot carry.
GS1_TEXT = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./+", min_size=1, max_size=20)
GTINS = st.from_regex("[0-9]{12}[1-9]", fullmatch=True).map(lambda body: body + epc.gtin_check_digit(body))
DAYS = st.dates(date(2000, 1, 1), date(2049, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        f"]C101{RING}17261231\x1d10A-7\x1d21S1\x1d375",
        f"]d201{RING}1726123110A-7\x1d21S1\x1d375",
        f"]Q301{RING}1726123110A-7\x1d21S1\x1d375\x1d",
        f"\x1d01{RING}1726123110A-7\x1d21S1\x1d375\r\n",
        f"01{RING}1726123110A-7<GS>21S1{{GS}}375",
        f"01{RING}1726123110A-7␝21S1␝375",
        f"(01){RING}(17)261231(10)A-7(21)S1(37)5",
        f"(01) {RING} (17) 261231 (10) A-7 (21) S1 (37) 5",
        f"https://id.gs1.org/01/{RING}/10/A-7/21/S1?17=261231&37=5",
        f"HTTPS://SHOP.EXAMPLE/p/01/{RING}/10/A-7/21/S1?17=261231&37=5&utm=x",
    ],
)
def test_one_thing_in_every_gs1_form(text: str) -> None:
    found = parse(text)
    assert isinstance(found, ScannedGtin)
    assert (found.gtin, found.lot, found.serial) == (RING, "A-7", "S1")
    assert (found.expiry, found.quantity, found.weight_g) == (date(2026, 12, 31), 5, None)


@given(GTINS, GS1_TEXT, GS1_TEXT, DAYS, st.integers(1, 99_999_999), st.integers(0, 999_999))
def test_element_string_round_trip(gtin: str, lot: str, serial: str, day: date, count: int, grams: int) -> None:
    fields = [
        ("01", gtin),
        ("3103", f"{grams:06}"),
        ("17", f"{day:%y%m%d}"),
        ("10", lot),
        ("21", serial),
        ("30", str(count)),
    ]
    wanted = (gtin, lot, serial, day, count, grams)
    for text in (
        "]C1" + "\x1d".join(ai + value for ai, value in fields),
        "".join(f"({ai}){value}" for ai, value in fields),
    ):
        found = parse(text)
        assert isinstance(found, ScannedGtin)
        assert (found.gtin, found.lot, found.serial, found.expiry, found.quantity, found.weight_g) == wanted


@pytest.mark.parametrize(
    ("text", "grams"),
    [(f"01{RING}3100000012", 12_000), (f"01{RING}3102001234", 12_340), (f"01{RING}3105000055", 1), (f"01{RING}", None)],
)
def test_net_weight(text: str, grams: int | None) -> None:
    found = parse(text)
    assert isinstance(found, ScannedGtin)
    assert found.weight_g == grams


@pytest.mark.parametrize(
    ("text", "expiry"),
    [
        (f"01{RING}17261200", date(2026, 12, 31)),
        (f"01{RING}17280200", date(2028, 2, 29)),
        (f"01{RING}15270101", date(2027, 1, 1)),
        (f"01{RING}1527010117261231", date(2026, 12, 31)),
        (f"01{RING}70032612311200", date(2026, 12, 31)),
    ],
)
def test_expiry(text: str, expiry: date) -> None:
    found = parse(text)
    assert isinstance(found, ScannedGtin)
    assert found.expiry == expiry


def test_content_of_a_pallet() -> None:
    found = parse(f"]C100106141412345678908\x1d02{RING}3724")
    assert isinstance(found, ScannedGtin)
    assert (found.gtin, found.quantity) == (RING, 24)


@pytest.mark.parametrize(
    "text",
    ["8801234567893", "08801234567893", "]E08801234567893", "\x028801234567893\x03\r", "８８０１２３４５６７８９３"],
)
def test_gtin(text: str) -> None:
    found = parse(text)
    assert isinstance(found, ScannedGtin)
    assert found == ScannedGtin(found.text, RING)


@pytest.mark.parametrize(("text", "gtin"), [("96385074", "00000096385074"), ("036000291452", "00036000291452")])
def test_short_gtins(text: str, gtin: str) -> None:
    assert parse(text) == ScannedGtin(text, gtin)
    assert scan.gtin14(text) == gtin


@given(GTINS, st.integers(0, 13), st.integers(1, 9))
def test_a_misread_digit_is_no_product(gtin: str, place: int, off: int) -> None:
    wrong = gtin[:place] + str((int(gtin[place]) + off) % 10) + gtin[place + 1 :]
    found = parse(wrong)
    assert isinstance(found, Unknown)
    assert isinstance(found.doubt, WrongCheckDigit)
    for certain in (f"]I1{wrong}", f"]C101{wrong}", f"(01){wrong}", f"https://id.gs1.org/01/{wrong}"):
        with pytest.raises(WrongCheckDigit, match="last digit should be"):
            parse(certain)
    with pytest.raises(WrongCheckDigit):
        scan.gtin14(wrong)


@pytest.mark.parametrize("text", ["", "12", "12345678901", "88012345６7893", "00000000", "abcdefgh"])
def test_gtin14_refuses(text: str) -> None:
    with pytest.raises(ScanUnreadable, match="GTIN"):
        scan.gtin14(text)


@pytest.mark.parametrize("text", [TAG, TAG.lower(), "urn:epc:tag:sgtin-96:3.0614141.812345.6789", f"\x02{TAG}\r\n"])
def test_tag(text: str) -> None:
    found = parse(text)
    assert isinstance(found, ScannedEpc)
    assert found.tag == Sgtin96("0614141", "812345", 6789, 3)
    assert (found.gtin, found.serial) == ("80614141123458", "6789")


def test_own_tag() -> None:
    found = parse(OwnTag(7, 8, 9).hex)
    assert isinstance(found, ScannedEpc)
    assert (found.tag, found.gtin, found.serial) == (OwnTag(7, 8, 9), None, "9")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("0" * 24, UnknownEpc),
        ("E2801160600002084C3A1B2C", UnknownEpc),
        ("urn:epc:id:sscc:0614141.1234567890", UnknownEpc),
        ("307C257BF7194E4000001A85", MalformedEpc),
        ("urn:epc:id:sgtin:x", MalformedEpc),
    ],
)
def test_wrong_tags(text: str, error: type[HanmaruError]) -> None:
    with pytest.raises(error):
        parse(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("HM-P-A-01-03-2", ScannedPlace("HM-P-A-01-03-2", "A-01-03-2")),
        ("hm-p-a1", ScannedPlace("hm-p-a1", "A1")),
        ("]C0HM-P-A1\r", ScannedPlace("HM-P-A1", "A1")),
        ("HM-P-성수-1", ScannedPlace("HM-P-성수-1", "성수-1")),
        ("HM-O-2026-000123", ScannedDocument("HM-O-2026-000123", "order", "2026-000123")),
        ("HM-B-17", ScannedDocument("HM-B-17", "parcel", "17")),
        ("HM-V-123", ScannedVariant("HM-V-123", 12)),
    ],
)
def test_own_labels(text: str, found: scan.Scanned) -> None:
    assert parse(text) == found


@given(st.integers(1, 10**18 - 1))
def test_variant_label_round_trip(number: int) -> None:
    found = parse(scan.variant_label(number))
    assert isinstance(found, ScannedVariant)
    assert found.number == number


@given(st.from_regex(r"[A-Z0-9](?:[A-Z0-9./_-]{0,62}[A-Z0-9])?", fullmatch=True))
def test_place_and_document_labels_round_trip(code: str) -> None:
    place = parse(scan.place_label(code))
    assert isinstance(place, ScannedPlace)
    assert place.code == code
    for kind in ("order", "parcel"):
        document = parse(scan.document_label(kind, code))
        assert isinstance(document, ScannedDocument)
        assert (document.kind, document.number) == (kind, code)


@pytest.mark.parametrize("code", ["", " ", "-A", "A-", "A B", "A" * 65, "A\n"])
def test_codes_that_fit_no_label(code: str) -> None:
    with pytest.raises(ScanUnreadable, match="1 to 64 letters"):
        scan.place_label(code)


@pytest.mark.parametrize("number", [0, -1, 10**18])
def test_numbers_that_fit_no_label(number: int) -> None:
    with pytest.raises(ScanUnreadable, match="give one from 1"):
        scan.variant_label(number)


def test_own_variant_misread() -> None:
    with pytest.raises(WrongCheckDigit, match="HM-V-124: the last digit should be 3"):
        parse("HM-V-124")


@pytest.mark.parametrize(
    "text", ["RING-9-SILVER", "은반지 9호", "HM-RING-9", "HM-V-BLACK", "(02)555-1234", "(주)한마루", "https://shop.example/p/9",
             "30AB", "00106141412345678908", "0123456789ABCDEF01234567", "20261121", "FFFFFFFFFFFFFFFFFFFFFFFF", "]"],
)  # fmt: skip
def test_plausible_text_is_unknown_not_an_error(text: str) -> None:
    assert parse(text) == Unknown(text)


@pytest.mark.parametrize(
    "text", ["", " \r\n", "\x1d", "A" * 513, b"1" * 513, "8801234567893\r8801234567893", "A\x00B", "\ud800", "]C1",
             "]C1ZZ", "]C101123", f"]C101{RING}17269999", f"01{RING}\x1dQQ", f"]C101{RING}\x1d0130614141123458"],
)  # fmt: skip
def test_unreadable(text: str | bytes) -> None:
    with pytest.raises(ScanUnreadable):
        parse(text)


def test_korean_keyboard() -> None:
    assert parse("ㅗㅡ-ㅖ-ㅁ01") == ScannedPlace("HM-P-A01", "A01")
    found = parse("3074257ㅠㄹ7194ㄸ4000001ㅁ85")
    assert isinstance(found, ScannedEpc)
    assert found.tag.hex == TAG
    assert latin_keys("가힣ㅢㅄ A1") == "RKGLGMLQT A1"


def _typed_in_korean(keys: str) -> str:
    """What single keys give when the input method does not join them."""
    letters = dict(
        zip("QWERTYUIOPASDFGHJKLZXCVBNM", "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", strict=True)
    )
    return "".join(letters.get(key, key) for key in keys)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=30))
def test_korean_keyboard_round_trip(code: str) -> None:
    assert latin_keys(_typed_in_korean(code)) == code
    assert parse(_typed_in_korean(f"HM-P-{code}")) == ScannedPlace(f"HM-P-{code}", code)


def test_cp949_bytes() -> None:
    assert parse("은반지".encode("cp949")) == Unknown("은반지")
    assert parse(b"\xef\xbb\xbf8801234567893") == ScannedGtin("8801234567893", RING)


def test_company_prefix_length_makes_a_tag_that_decodes() -> None:
    for gtin in ("8801234567893", "07032069804988", "96385074"):
        tag = Sgtin96.from_gtin(gtin, 1, prefix_length=scan.company_prefix_length(gtin))
        assert tag.gtin == gtin.zfill(14)
    assert scan.company_prefix_length("07032069804988") == len("703206")


FORMS = st.sampled_from(
    [
        "]C1",
        "]d2",
        "]Q3",
        "]E0",
        "01",
        "(01)",
        "HM-P-",
        "HM-V-",
        "https://a.b/01/",
        "https://[",
        "urn:epc:",
        "30",
        "(3103)",
        "17",
        "\x1d",
    ]
)


@given(
    st.text(max_size=600)
    | st.binary(max_size=600)
    | st.lists(FORMS | st.text("0123456789ABF(/)\x1d?=%", max_size=16)).map("".join)
)
def test_nothing_but_our_errors(scanned: str | bytes) -> None:
    try:
        found = parse(scanned)
    except HanmaruError as error:
        assert str(error)  # noqa: PT017 - either outcome is right
    else:
        assert found.text.encode()


def _today() -> date:
    return datetime.now(UTC).date()


def test_dates_are_in_the_century_around_today() -> None:
    found = parse(f"01{RING}17{_today() + timedelta(days=3650):%y%m%d}")
    assert isinstance(found, ScannedGtin)
    assert found.expiry is not None
    assert found.expiry > _today()
