"""Anything scanned, understood in one place: barcodes, tags, our own labels, text typed by hand.

`parse` takes what a scanner, a reader or a keyboard sent and answers one of the dataclasses here. It knows, in order

    own labels              HM-P-<place code>, HM-V-<number><check digit>, HM-O-<order>, HM-B-<parcel>
    tag numbers             24 hex digits or a URI, see `hanmaru.floor.epc`
    GS1 Digital Link        https://any.host/01/<GTIN>/10/<lot>/21/<serial>?17=<expiry>
    GS1 element strings     with FNC1 as GS, with AIM identifiers ]C1 ]d2 ]Q3 ]e0 ]J1, or in brackets: (01)...(10)...
    GTIN-8, -12, -13, -14   with a right check digit
    anything else           `Unknown`: perhaps a supplier's or our own article number, which only the catalogue knows

An error is raised only where it is certain what was meant, and wrong: `ScanUnreadable`, `WrongCheckDigit`, and
`MalformedEpc` or `UnknownEpc` for a tag number. Of the GS1 application identifiers these are read: 01, 02 (GTIN), 10
(lot), 21 (serial), 17, else 7003, else 15 (expiry), 30, else 37 (quantity), 310n (net weight). The century of a date
follows GS1 General Specifications 7.12, that is 50 years ahead and 49 back from today.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal
from unicodedata import category

from biip import ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementStrings
from biip.gs1_messages import GS1Message
from biip.gtin import Gtin

from hanmaru.floor import epc
from hanmaru.floor.keyboard import latin_keys
from hanmaru.kernel.errors import Invalid

MAX_CHARACTERS: Final = 512
FNC1: Final = "\x1d"

_GS1_SYMBOLS: Final = {"C1", "d2", "Q3", "e0", "e1", "e2", "J1"}
_GTIN_SYMBOLS: Final = {"E0", "E3", "E4", "I1"}
_GTIN_LENGTHS: Final = {8, 12, 13, 14}
# GS written out by scanners that cannot send a control character.
_SPELT_FNC1: Final = re.compile(r"␝|<GS>|\{GS\}|<FNC1>|\{FNC1\}", re.IGNORECASE)
_AIM: Final = re.compile(r"\]([A-Za-z][0-9A-Za-z])")
_OWN: Final = re.compile(r"HM-([POBV])-(\w(?:[\w./-]{0,62}\w)?)")
_OWN_NUMBER: Final = re.compile(r"[0-9]{2,19}")
_HEX_TAG: Final = re.compile(r"[0-9A-F]{24}")
_LINK: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_GTIN_LINK: Final = re.compile(r"https?://[^/?#]+(?:/[^?#]*)?/01/[0-9]{8,14}(?:[/?#]|$)", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"\([0-9]{2,4}\)[^(]")
_GTIN_BRACKETS: Final = re.compile(r"\(0[12]\)\s*(?:[0-9]\s*){14}")
_GTIN_ELEMENT: Final = re.compile(r"0[12][0-9]{14}")

DocumentKind = Literal["order", "parcel"]
_DOCUMENT_LETTERS: Final[dict[DocumentKind, str]] = {"order": "O", "parcel": "B"}
_DOCUMENT_KINDS: Final[dict[str, DocumentKind]] = {letter: kind for kind, letter in _DOCUMENT_LETTERS.items()}


class ScanUnreadable(Invalid):
    """What came from the scanner is nothing, too much, or garbled."""

    code = "scan.unreadable"
    message = "The scan cannot be read: scan again"


class WrongCheckDigit(Invalid):
    """A number whose last digit does not fit the others: misread or mistyped."""

    code = "scan.check_digit"
    message = "%(number)s: the last digit should be %(wanted)s; scan again or compare with the label"


@dataclass(frozen=True, slots=True)
class ScannedGtin:
    """A product by its GTIN (14 digits), with whatever else the code told. `weight_g` is the net weight in grams."""

    text: str
    gtin: str
    lot: str | None = None
    serial: str | None = None
    expiry: date | None = None
    quantity: int | None = None
    weight_g: int | None = None


@dataclass(frozen=True, slots=True)
class ScannedEpc:
    """One tagged piece."""

    text: str
    tag: epc.Epc

    @property
    def gtin(self) -> str | None:
        """The GTIN as 14 digits; None for a tag of our own scheme."""
        return self.tag.gtin if isinstance(self.tag, epc.Sgtin96) else None

    @property
    def serial(self) -> str:
        """The serial number, unique within the product."""
        return str(self.tag.serial)


@dataclass(frozen=True, slots=True)
class ScannedPlace:
    """A storage place by the code on its label."""

    text: str
    code: str


@dataclass(frozen=True, slots=True)
class ScannedVariant:
    """A variant by our own barcode."""

    text: str
    number: int


@dataclass(frozen=True, slots=True)
class ScannedDocument:
    """An order, or a parcel of one."""

    text: str
    kind: DocumentKind
    number: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Readable text that no rule here explains.

    Look it up as an article number; where there is none, raise `doubt` if it is set: it tells what the text nearly was.
    """

    text: str
    doubt: Invalid | None = field(default=None, compare=False)


Scanned = ScannedGtin | ScannedEpc | ScannedPlace | ScannedVariant | ScannedDocument | Unknown


def parse(scanned: str | bytes) -> Scanned:
    """Tell what was scanned; the order of the rules is that of the module's docstring.

    Bytes are taken as UTF-8, else as CP949. Control characters at either end are dropped, full-width characters
    narrowed, and what a Korean keyboard made of Latin keys is put right where that makes sense of it.
    Raises `ScanUnreadable`, `WrongCheckDigit`, `MalformedEpc`, `UnknownEpc`.
    """
    text, led_by_fnc1 = _clean(scanned)
    result = _recognise(text, certain=led_by_fnc1)
    if isinstance(result, Unknown) and not text.isascii():
        retyped = latin_keys(text)
        if retyped != text.upper() and not isinstance(second := _recognise(retyped, certain=led_by_fnc1), Unknown):
            return second
    return result


def gtin14(text: str) -> str:
    """Check a GTIN-8, -12, -13 or -14 (blanks and dashes allowed) and answer it as 14 digits.

    Raises `ScanUnreadable` for a wrong length or other characters, `WrongCheckDigit`.
    """
    digits = re.sub(r"[\s-]", "", text)
    if not (digits.isascii() and digits.isdecimal() and len(digits) in _GTIN_LENGTHS and digits.strip("0")):
        raise ScanUnreadable("GTIN %(got)s: give the 8, 12, 13 or 14 digits under the barcode", got=text[:40])
    _check(digits, digits)
    return digits.zfill(14)


def company_prefix_length(gtin: str) -> int:
    """Answer how many digits of a GTIN are its company prefix, 6-12, as SGTIN-96 wants to know.

    From the list of prefixes that GS1 publishes, as biip carries it; 7 where the list is silent (then a tag still
    decodes to the right GTIN). Raises as `gtin14`.
    """
    prefix = Gtin.parse(gtin14(gtin)).company_prefix
    return len(prefix.value) if prefix and 6 <= len(prefix.value) <= 12 else 7


def place_label(code: str) -> str:
    """Answer the text for a place's label; `code`: 1-64 letters, digits, - . _ / inside. Raises `ScanUnreadable`."""
    return _label("P", code)


def variant_label(number: int) -> str:
    """Answer the text for a variant's own barcode, for 1 <= number < 10**18; raises `ScanUnreadable`."""
    if not 1 <= number < 10**18:
        raise ScanUnreadable("Barcode number %(got)s: give one from 1", got=number)
    return f"HM-V-{number}{epc.gtin_check_digit(str(number))}"


def document_label(kind: DocumentKind, number: str) -> str:
    """Answer the text for an order's or a parcel's barcode; `number` as a place's code. Raises `ScanUnreadable`."""
    return _label(_DOCUMENT_LETTERS[kind], number)


def _label(letter: str, code: str) -> str:
    text = f"HM-{letter}-{code.upper()}"
    if not _OWN.fullmatch(text):
        raise ScanUnreadable(
            "Code %(got)s: 1 to 64 letters and digits, with - . _ / between them if you like", got=code[:80]
        )
    return text


def _clean(scanned: str | bytes) -> tuple[str, bool]:
    """Answer the bare text, and whether FNC1 stood before it. Raises `ScanUnreadable`."""
    if len(scanned) > MAX_CHARACTERS:
        raise ScanUnreadable(
            "%(got)s characters scanned, at most %(most)s are read: scan one code at a time",
            got=len(scanned),
            most=MAX_CHARACTERS,
        )
    text = _decoded(scanned) if isinstance(scanned, bytes) else scanned
    text = "".join(map(_narrowed, text))
    text = _SPELT_FNC1.sub(FNC1, text)
    start = next((place for place, character in enumerate(text) if not _is_noise(character)), len(text))
    led_by_fnc1 = FNC1 in text[:start]
    text = text[start:]
    while text and _is_noise(text[-1]):
        text = text[:-1]
    if not text:
        raise ScanUnreadable("Nothing was scanned: scan again")
    if any(category(character) in {"Cc", "Cs"} and character != FNC1 for character in text):
        raise ScanUnreadable("The scan is garbled: scan again, one code at a time")
    return text, led_by_fnc1


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp949", errors="replace")


def _narrowed(character: str) -> str:
    """Full-width forms, which an input method may make of ASCII, as ASCII."""
    if "！" <= character <= "～":
        return chr(ord(character) - 0xFEE0)
    return " " if character == "\u3000" else character


def _is_noise(character: str) -> bool:
    return character.isspace() or category(character) in {"Cc", "Cf"}


def _recognise(text: str, *, certain: bool) -> Scanned:
    gtin_expected = False
    if aim := _AIM.match(text):
        certain = certain or aim[1] in _GS1_SYMBOLS
        gtin_expected = aim[1] in _GTIN_SYMBOLS
        text = text[aim.end() :].lstrip(FNC1) or text
    return (
        _own(text)
        or _tag(text)
        or _link(text)
        or _elements(text, certain=certain)
        or _gtin(text, certain=gtin_expected)
        or Unknown(text)
    )


def _own(text: str) -> ScannedPlace | ScannedVariant | ScannedDocument | None:
    found = _OWN.fullmatch(text.upper())
    if not found:
        return None
    letter, code = found.groups()
    if letter == "P":
        return ScannedPlace(text, code)
    if letter == "V":
        return _own_variant(text, code)
    return ScannedDocument(text, _DOCUMENT_KINDS[letter], code)


def _own_variant(text: str, code: str) -> ScannedVariant | None:
    if not _OWN_NUMBER.fullmatch(code):
        return None
    _check(code, text)
    return ScannedVariant(text, int(code[:-1]))


def _tag(text: str) -> ScannedEpc | None:
    """Read a tag number; digits that also make sense as a GS1 element string are left to that rule."""
    if text[:8].lower() == "urn:epc:" or text[:15].lower() == "urn:x-hanmaru:":
        return ScannedEpc(text, epc.parse(text))
    digits = text.upper()
    if not _HEX_TAG.fullmatch(digits):
        return None
    header = int(digits[:2], 16)
    known = header in {0, epc.SGTIN_HEADER, epc.OWN_HEADER, *epc.FOREIGN_SCHEMES}
    if not known or (digits.isdecimal() and header not in {0, epc.SGTIN_HEADER}):
        return None
    return ScannedEpc(text, epc.decode(digits))


def _link(text: str) -> Scanned | None:
    if not _LINK.fullmatch(text):
        return None
    return _read_elements(
        text, lambda: GS1DigitalLinkURI.parse(text).element_strings, certain=bool(_GTIN_LINK.match(text))
    ) or Unknown(text)


def _elements(text: str, *, certain: bool) -> ScannedGtin | None:
    if not text.isascii():
        return None
    if _BRACKETS.match(text):
        certain = bool(_GTIN_BRACKETS.match(text))
        return _read_elements(text, lambda: GS1Message.parse_hri(text).element_strings, certain=certain)
    certain = certain or FNC1 in text
    if not certain and not _GTIN_ELEMENT.match(text):
        return None
    return _read_elements(text, lambda: GS1Message.parse(text).element_strings, certain=certain)


def _read_elements(text: str, read: Callable[[], GS1ElementStrings], *, certain: bool) -> ScannedGtin | None:
    try:
        elements = read()
    except (ParseError, ValueError, ArithmeticError, LookupError, AssertionError) as error:
        if certain:
            raise ScanUnreadable("The barcode does not follow GS1 rules: scan again or tell its maker") from error
        return None
    values: dict[str, str] = {}
    for element in elements:
        if values.setdefault(element.ai.ai, element.value) != element.value:
            raise ScanUnreadable(
                "The barcode tells (%(ai)s) twice, and differently: ask its maker for a new label", ai=element.ai.ai
            )
    number = values.get("01") or values.get("02")
    if number is None or not number.strip("0") or (not certain and not _fits(number)):
        return None
    _check(number, number)
    return _gathered(text, number, elements, values)


def _gathered(text: str, gtin: str, elements: GS1ElementStrings, values: dict[str, str]) -> ScannedGtin:
    dates = {element.ai.ai: element.date for element in elements}
    count = values.get("30") or values.get("37")
    kilograms = next((element.decimal for element in elements if element.ai.ai.startswith("310")), None)
    return ScannedGtin(
        text,
        gtin,
        lot=values.get("10"),
        serial=values.get("21"),
        expiry=dates.get("17") or dates.get("7003") or dates.get("15"),
        quantity=int(count) if count else None,
        weight_g=None if kilograms is None else _grams(kilograms),
    )


def _grams(kilograms: Decimal) -> int:
    return int((kilograms * 1000).to_integral_value(ROUND_HALF_UP))


def _gtin(text: str, *, certain: bool) -> ScannedGtin | Unknown | None:
    if not (text.isascii() and text.isdecimal() and len(text) in _GTIN_LENGTHS and text.strip("0")):
        return None
    if _fits(text):
        return ScannedGtin(text, text.zfill(14))
    doubt = _wrong(text, text)
    if certain:
        raise doubt
    return Unknown(text, doubt)


def _fits(number: str) -> bool:
    return epc.gtin_check_digit(number[:-1]) == number[-1]


def _check(number: str, shown: str) -> None:
    if not _fits(number):
        raise _wrong(number, shown)


def _wrong(number: str, shown: str) -> WrongCheckDigit:
    return WrongCheckDigit(number=shown, wanted=epc.gtin_check_digit(number[:-1]))
