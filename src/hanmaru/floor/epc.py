"""The number in a product tag: SGTIN-96 where the product has a GTIN, our own 96 bits where it has none.

SGTIN-96 follows the GS1 EPC Tag Data Standard (TDS) 2.x, section 14.6.1 (14.5.1 in TDS 1.x). From the first bit:

    header 0x30 : 8 | filter : 3 | partition : 3 | company prefix : 20-40 | indicator and item : 24-4 | serial : 38

Our own tag, for handmade goods that have no GTIN:

    header 0xC8 : 8 | company : 24 | variant : 28 | serial : 24 | check : 12

TDS has no header for private use. 0xC8 (the letter H with its top bit set) lies in C0-CD, held back for 64-bit tags
until 2009 and given to no scheme since; new schemes were taken from 40 and from F0 upward. Avoided: 00 (a blank tag),
E2 (the first byte of every chip's TID), FF (longer headers). The check, a CRC-12 over the 84 bits before it, makes a
foreign tag with this header an `UnknownEpc` 4,095 times out of 4,096. The choice is told in docs/decisions.
"""

import re
from dataclasses import dataclass
from typing import Final, Self

from hanmaru.kernel.errors import Invalid

EPC_BITS: Final = 96
SGTIN_HEADER: Final = 0x30
OWN_HEADER: Final = 0xC8
MAX_SGTIN_SERIAL: Final = 2**38 - 1
MAX_COMPANY: Final = 2**24 - 1
MAX_VARIANT: Final = 2**28 - 1
MAX_SERIAL: Final = 2**24 - 1

# Partition value -> (bits, digits) of the company prefix and of indicator + item reference. TDS, SGTIN partition table.
PARTITIONS: Final = (
    ((40, 12), (4, 1)),
    ((37, 11), (7, 2)),
    ((34, 10), (10, 3)),
    ((30, 9), (14, 4)),
    ((27, 8), (17, 5)),
    ((24, 7), (20, 6)),
    ((20, 6), (24, 7)),
)

# TDS, table of EPC binary headers. Named so that a person is told what kind of tag it was instead of "unknown".
FOREIGN_SCHEMES: Final = {
    0x2C: "GDTI-96",
    0x2D: "GSRN-96",
    0x2E: "GSRNP-96",
    0x2F: "USDoD-96",
    0x31: "SSCC-96",
    0x32: "SGLN-96",
    0x33: "GRAI-96",
    0x34: "GIAI-96",
    0x35: "GID-96",
    0x36: "SGTIN-198",
    0x37: "GRAI-170",
    0x38: "GIAI-202",
    0x39: "SGLN-195",
    0x3A: "GDTI-113",
    0x3B: "ADI-var",
    0x3C: "CPI-96",
    0x3D: "CPI-var",
    0x3E: "GDTI-174",
    0x3F: "SGCN-96",
    0x40: "ITIP-110",
    0x41: "ITIP-212",
    0xE2: "TID",
    0xF7: "SGTIN+",
    0xFB: "DSGTIN+",
}

_HEX: Final = re.compile(r"[0-9A-F]+")
_DIGITS: Final = re.compile(r"[0-9]+")
_TAG_URI: Final = re.compile(r"urn:epc:tag:sgtin-96:([0-7])\.([0-9]{6,12})\.([0-9]{1,7})\.(0|[1-9][0-9]{0,11})")
_PURE_URI: Final = re.compile(r"urn:epc:id:sgtin:([0-9]{6,12})\.([0-9]{1,7})\.(0|[1-9][0-9]{0,11})")
_OWN_URI: Final = re.compile(r"urn:x-hanmaru:own-96:(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,7})")


class MalformedEpc(Invalid):
    """Not the number of any tag: wrong characters, wrong length, a field out of its bounds."""

    code = "epc.malformed"
    message = "This is not a tag number: read the tag again"


class UnknownEpc(Invalid):
    """A well formed tag number, but of a scheme that names no product here."""

    code = "epc.unknown"
    message = "This tag is of a kind that we do not know: use a tag written here or one with a GTIN"


@dataclass(frozen=True, slots=True)
class Sgtin96:
    """One piece of a product that has a GTIN.

    `company_prefix` has 6-12 digits, `item_reference` (indicator digit first) 13 minus that many; both keep leading
    zeros. `serial` < 2**38. `filter_value` 0-7: 1 is a point-of-sale item, 2 a full case, 6 a pallet.
    Raises `MalformedEpc` when a field is out of its bounds.
    """

    company_prefix: str
    item_reference: str
    serial: int
    filter_value: int = 1

    def __post_init__(self) -> None:
        prefix, item = self.company_prefix, self.item_reference
        if not (_DIGITS.fullmatch(prefix) and 6 <= len(prefix) <= 12):
            raise MalformedEpc("Company prefix %(got)s: give 6 to 12 digits", got=prefix)
        if not (_DIGITS.fullmatch(item) and len(prefix) + len(item) == 13):
            raise MalformedEpc(
                "Item reference %(got)s: give %(wanted)s digits, so that it makes 13 with the company prefix",
                got=item,
                wanted=13 - len(prefix),
            )
        _bounded("Serial", self.serial, MAX_SGTIN_SERIAL)
        _bounded("Filter", self.filter_value, 7)

    @classmethod
    def from_gtin(cls, gtin: str, serial: int, *, prefix_length: int, filter_value: int = 1) -> Self:
        """Make the tag of a GTIN-8, -12, -13 or -14 whose company prefix has `prefix_length` digits (6-12).

        Raises `MalformedEpc` for a wrong length or check digit. TDS 7.3.
        """
        whole = gtin.zfill(14)
        if not _DIGITS.fullmatch(gtin) or len(gtin) not in {8, 12, 13, 14}:
            raise MalformedEpc("GTIN %(got)s: give 8, 12, 13 or 14 digits", got=gtin)
        if whole[-1] != gtin_check_digit(whole[:-1]):
            raise MalformedEpc(
                "GTIN %(got)s: its last digit should be %(wanted)s; compare it with the label",
                got=gtin,
                wanted=gtin_check_digit(whole[:-1]),
            )
        _bounded("Length of the company prefix", prefix_length, 12, low=6)
        prefix, item = whole[1 : 1 + prefix_length], whole[0] + whole[1 + prefix_length : 13]
        return cls(prefix, item, serial, filter_value)

    @property
    def gtin(self) -> str:
        """The GTIN as 14 digits, check digit computed."""
        body = self.item_reference[0] + self.company_prefix + self.item_reference[1:]
        return body + gtin_check_digit(body)

    @property
    def hex(self) -> str:
        """The 96 bits as 24 capital hex digits."""
        partition = 12 - len(self.company_prefix)
        (prefix_bits, _), (item_bits, _) = PARTITIONS[partition]
        number = SGTIN_HEADER
        for value, bits in (
            (self.filter_value, 3),
            (partition, 3),
            (int(self.company_prefix), prefix_bits),
            (int(self.item_reference), item_bits),
            (self.serial, 38),
        ):
            number = number << bits | value
        return f"{number:024X}"

    @property
    def tag_uri(self) -> str:
        """The EPC Tag URI, which keeps the filter."""
        return f"urn:epc:tag:sgtin-96:{self.filter_value}.{self.company_prefix}.{self.item_reference}.{self.serial}"

    @property
    def pure_identity_uri(self) -> str:
        """The EPC Pure Identity URI: the thing, whatever tag carries it."""
        return f"urn:epc:id:sgtin:{self.company_prefix}.{self.item_reference}.{self.serial}"


@dataclass(frozen=True, slots=True)
class OwnTag:
    """One piece of a variant without a GTIN: company < 2**24, variant < 2**28, serial < 2**24, each from 0.

    Raises `MalformedEpc` when a field is out of its bounds.
    """

    company: int
    variant: int
    serial: int

    def __post_init__(self) -> None:
        _bounded("Company", self.company, MAX_COMPANY)
        _bounded("Variant", self.variant, MAX_VARIANT)
        _bounded("Serial", self.serial, MAX_SERIAL)

    @property
    def hex(self) -> str:
        """The 96 bits as 24 capital hex digits."""
        body = ((OWN_HEADER << 24 | self.company) << 28 | self.variant) << 24 | self.serial
        return f"{body << 12 | _crc12(body):024X}"

    @property
    def tag_uri(self) -> str:
        """The tag as a URI in a name space of our own."""
        return f"urn:x-hanmaru:own-96:{self.company}.{self.variant}.{self.serial}"

    @property
    def pure_identity_uri(self) -> str:
        """The same as `tag_uri`: our own tags have no filter to leave out."""
        return self.tag_uri


Epc = Sgtin96 | OwnTag


def decode(hex_digits: str) -> Epc:
    """Read the hex digits of a tag's EPC memory; blanks around and between them and small letters are accepted.

    Raises `MalformedEpc` when no tag could hold them, `UnknownEpc` for a scheme that names no product here.
    """
    digits = "".join(hex_digits.split()).upper()
    if not _HEX.fullmatch(digits):
        raise MalformedEpc("Tag number %(got)s: only 0-9 and A-F belong in it; read the tag again", got=digits[:64])
    if len(digits) % 4 or not 16 <= len(digits) <= 124:
        raise MalformedEpc(
            "Tag number of %(got)s hex digits: %(wanted)s are needed; the read was cut short, read the tag again",
            got=len(digits),
            wanted=EPC_BITS // 4,
        )
    header = int(digits[:2], 16)
    if header not in {SGTIN_HEADER, OWN_HEADER}:
        raise _foreign(header)
    if len(digits) != EPC_BITS // 4:
        raise MalformedEpc(
            "Tag number of %(got)s hex digits: a product tag has %(wanted)s; read the tag again",
            got=len(digits),
            wanted=EPC_BITS // 4,
        )
    number = int(digits, 16)
    return _decode_sgtin(number) if header == SGTIN_HEADER else _decode_own(number)


def parse(text: str) -> Epc:
    """Read a tag number in any spelling: hex, EPC Tag URI, EPC Pure Identity URI, or the URI of our own tags.

    Raises as `decode`; a URI of another scheme is an `UnknownEpc`.
    """
    text = text.strip()
    if not text.lower().startswith("urn:"):
        return decode(text)
    lowered = text.lower()
    if found := _TAG_URI.fullmatch(lowered):
        return Sgtin96(found[2], found[3], int(found[4]), int(found[1]))
    if found := _PURE_URI.fullmatch(lowered):
        return Sgtin96(found[1], found[2], int(found[3]))
    if found := _OWN_URI.fullmatch(lowered):
        return OwnTag(int(found[1]), int(found[2]), int(found[3]))
    if lowered.startswith(("urn:epc:tag:sgtin-96:", "urn:epc:id:sgtin:", "urn:x-hanmaru:")):
        raise MalformedEpc(
            "Tag address %(got)s: write it as urn:epc:id:sgtin:PREFIX.ITEM.SERIAL, figures only", got=text[:128]
        )
    raise UnknownEpc("Tag address %(got)s: it names no product; read the product's own tag", got=text[:128])


def gtin_check_digit(body: str) -> str:
    """Compute the last digit of a GTIN from the digits before it. GS1 General Specifications 7.9.1."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def _decode_sgtin(number: int) -> Sgtin96:
    partition = number >> 82 & 7
    if partition >= len(PARTITIONS):
        raise MalformedEpc("Partition %(got)s: an SGTIN-96 has 0 to 6; the tag was written wrongly", got=partition)
    (prefix_bits, prefix_digits), (item_bits, item_digits) = PARTITIONS[partition]
    prefix = number >> 38 + item_bits & (1 << prefix_bits) - 1
    item = number >> 38 & (1 << item_bits) - 1
    if prefix >= 10**prefix_digits or item >= 10**item_digits:
        raise MalformedEpc(
            "Company prefix %(prefix)s or item reference %(item)s has too many digits; the tag was written wrongly",
            prefix=prefix,
            item=item,
        )
    return Sgtin96(f"{prefix:0{prefix_digits}}", f"{item:0{item_digits}}", number & MAX_SGTIN_SERIAL, number >> 85 & 7)


def _decode_own(number: int) -> OwnTag:
    body = number >> 12
    if number & 0xFFF != _crc12(body):
        raise UnknownEpc(
            "Header %(header)s, but the check at the end is not ours: the tag was not written here, or was damaged",
            header=f"{OWN_HEADER:02X}",
        )
    return OwnTag(body >> 52 & MAX_COMPANY, body >> 24 & MAX_VARIANT, body & MAX_SERIAL)


def _foreign(header: int) -> UnknownEpc:
    if header == 0:
        return UnknownEpc("The tag is blank: write a number to it first")
    if scheme := FOREIGN_SCHEMES.get(header):
        return UnknownEpc("A tag of kind %(scheme)s names no product: read the product's own tag", scheme=scheme)
    return UnknownEpc("Header %(header)s belongs to no kind of tag that we know", header=f"{header:02X}")


def _crc12(body: int) -> int:
    """CRC-12 of 84 bits, polynomial 0x80F (CRC-12/UMTS), begun with ones so that a run of zeros does not pass."""
    check = 0xFFF
    for place in range(83, -1, -1):
        carry = check >> 11 ^ body >> place & 1
        check = check << 1 & 0xFFF ^ (0x80F if carry else 0)
    return check


def _bounded(field: str, value: int, high: int, *, low: int = 0) -> None:
    if not low <= value <= high:
        raise MalformedEpc(
            "%(field)s %(got)s: give a whole number from %(low)s to %(high)s",
            field=field,
            got=value,
            low=low,
            high=high,
        )
