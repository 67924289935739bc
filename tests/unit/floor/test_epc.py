"""Tag numbers: the published vector, round trips, and every way in which a number can be wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanmaru.floor import epc
from hanmaru.floor.epc import MalformedEpc, OwnTag, Sgtin96, UnknownEpc

VECTOR = "3074257BF7194E4000001A85"


def sgtins() -> st.SearchStrategy[Sgtin96]:
    """Every SGTIN-96 there can be."""
    return st.integers(6, 12).flatmap(
        lambda length: st.builds(
            Sgtin96,
            st.from_regex(f"[0-9]{{{length}}}", fullmatch=True),
            st.from_regex(f"[0-9]{{{13 - length}}}", fullmatch=True),
            st.integers(0, epc.MAX_SGTIN_SERIAL),
            st.integers(0, 7),
        )
    )


OWN_TAGS = st.builds(
    OwnTag, st.integers(0, epc.MAX_COMPANY), st.integers(0, epc.MAX_VARIANT), st.integers(0, epc.MAX_SERIAL)
)


def test_published_vector() -> None:
    tag = epc.parse("urn:epc:tag:sgtin-96:3.0614141.812345.6789")
    assert tag.hex == VECTOR
    assert epc.decode(VECTOR) == tag == Sgtin96("0614141", "812345", 6789, 3)
    assert tag.tag_uri == "urn:epc:tag:sgtin-96:3.0614141.812345.6789"
    assert tag.pure_identity_uri == "urn:epc:id:sgtin:0614141.812345.6789"
    assert isinstance(tag, Sgtin96)
    assert (tag.gtin, tag.serial) == ("80614141123458", 6789)


def test_from_gtin_is_the_published_vector_too() -> None:
    assert Sgtin96.from_gtin("80614141123458", 6789, prefix_length=7, filter_value=3).hex == VECTOR


@pytest.mark.parametrize(
    "spelling", [VECTOR.lower(), f"  {VECTOR}\r\n", " ".join(VECTOR[i : i + 4] for i in range(0, 24, 4))]
)
def test_spellings(spelling: str) -> None:
    assert epc.decode(spelling).hex == VECTOR


@given(sgtins())
def test_sgtin_round_trip(tag: Sgtin96) -> None:
    assert epc.decode(tag.hex) == tag
    assert epc.parse(tag.tag_uri) == tag
    pure = epc.parse(tag.pure_identity_uri)
    assert pure == Sgtin96(tag.company_prefix, tag.item_reference, tag.serial)
    again = Sgtin96.from_gtin(
        tag.gtin, tag.serial, prefix_length=len(tag.company_prefix), filter_value=tag.filter_value
    )
    assert again == tag


@given(OWN_TAGS)
def test_own_round_trip(tag: OwnTag) -> None:
    assert len(tag.hex) == 24
    assert epc.decode(tag.hex) == tag
    assert epc.parse(tag.tag_uri) == tag


@given(OWN_TAGS, st.integers(0, 87))
def test_one_flipped_bit_is_never_another_own_tag(tag: OwnTag, place: int) -> None:
    with pytest.raises(UnknownEpc):
        epc.decode(f"{int(tag.hex, 16) ^ 1 << place:024X}")


def test_own_tag_known_value_stays() -> None:
    """Tags out there carry this: the layout may never change."""
    assert OwnTag(1, 2, 3).hex == "C80000010000002000003FB0"


@pytest.mark.parametrize(
    ("hex_digits", "error", "word"),
    [
        ("", MalformedEpc, "0-9 and A-F"),
        ("30G4257BF7194E4000001A85", MalformedEpc, "0-9 and A-F"),
        (VECTOR[:-1], MalformedEpc, "cut short"),
        (VECTOR[:-4], MalformedEpc, "a product tag has 24"),
        (VECTOR + "0000", MalformedEpc, "a product tag has 24"),
        (VECTOR * 6, MalformedEpc, "are needed"),
        ("307C257BF7194E4000001A85", MalformedEpc, "Partition 7"),
        (f"{0x30 << 88 | 5 << 82 | (2**24 - 1) << 58:024X}", MalformedEpc, "too many digits"),
        (f"{0x30 << 88 | 5 << 82 | (2**20 - 1) << 38:024X}", MalformedEpc, "too many digits"),
        ("0" * 24, UnknownEpc, "blank"),
        ("3174257BF7194E4000001A85", UnknownEpc, "SSCC-96"),
        ("E2801160600002084C3A1B2C", UnknownEpc, "TID"),
        ("5074257BF7194E4000001A85", UnknownEpc, "Header 50"),
        ("C80000010000002000003000", UnknownEpc, "not written here"),
    ],
)
def test_wrong_numbers_name_what_is_wrong(hex_digits: str, error: type[Exception], word: str) -> None:
    with pytest.raises(error, match=word):
        epc.decode(hex_digits)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("urn:epc:id:sscc:0614141.1234567890", UnknownEpc),
        ("urn:isbn:9788970504", UnknownEpc),
        ("urn:epc:tag:sgtin-96:9.0614141.812345.6789", MalformedEpc),
        ("urn:epc:tag:sgtin-96:3.0614141.8123.6789", MalformedEpc),
        ("urn:epc:id:sgtin:0614141.812345.274877906944", MalformedEpc),
        ("urn:epc:id:sgtin:0614141.812345.007", MalformedEpc),
        ("urn:x-hanmaru:own-96:1.2", MalformedEpc),
        ("urn:x-hanmaru:own-96:99999999.2.3", MalformedEpc),
    ],
)
def test_wrong_addresses(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        epc.parse(text)


@pytest.mark.parametrize("gtin", ["", "123", "80614141123459", "８０６１４１４１１２３４５８", "-0614141123458"])
def test_wrong_gtin_makes_no_tag(gtin: str) -> None:
    with pytest.raises(MalformedEpc, match="GTIN"):
        Sgtin96.from_gtin(gtin, 1, prefix_length=7)


@pytest.mark.parametrize("fields", [(2**24, 0, 0), (0, 2**28, 0), (0, 0, 2**24), (-1, 0, 0)])
def test_own_tag_bounds(fields: tuple[int, int, int]) -> None:
    with pytest.raises(MalformedEpc, match="whole number from 0"):
        OwnTag(*fields)


@pytest.mark.parametrize("serial", [-1, 2**38])
def test_sgtin_serial_bounds(serial: int) -> None:
    with pytest.raises(MalformedEpc, match="Serial"):
        Sgtin96("0614141", "812345", serial)


@given(st.text() | st.from_regex("[0-9A-F]{24}", fullmatch=True) | st.from_regex("urn:epc:.*"))
def test_any_text_is_a_tag_or_our_error(text: str) -> None:
    try:
        tag = epc.parse(text)
    except (MalformedEpc, UnknownEpc) as error:
        assert str(error)  # noqa: PT017 - either outcome is right
    else:
        assert epc.decode(tag.hex) == tag
