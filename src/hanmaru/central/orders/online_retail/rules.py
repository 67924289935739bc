"""The named rules: each line falls under exactly one, so the counts add up to the lines of the file.

``judge`` sees a line alone; what a return becomes depends on earlier orders (see ``writing``), so it answers
``RETURN`` here and ``of_return`` names the rule once the search is done.
"""

import re
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from hanmaru.central.orders.online_retail.lines import RetailLine

MOST = 1_000_000_000  # pieces a line


class Rule(StrEnum):
    """What becomes of a line; the values are the codes kept with counts and refused rows."""

    ORDER_LINE = "order_line"
    ORDER_NO_CUSTOMER = "order_line_without_customer"
    ORDER_FREE = "order_line_free_of_charge"
    ORDER_ROUNDED = "order_line_price_rounded"
    RETURN_MATCHED = "return_matched"
    RETURN_PART = "return_matched_in_part"
    RETURN_ALONE = "return_without_order"
    UNREADABLE = "unreadable"
    NO_INVOICE = "no_invoice_number"
    BAD_DEBT = "bad_debt"
    POSTAGE = "postage"
    MANUAL = "manual_amount"
    DISCOUNT = "discount"
    SAMPLES = "samples"
    BANK_CHARGES = "bank_charges"
    FEE = "marketplace_fee"
    COMMISSION = "commission"
    VOUCHER = "gift_voucher"
    ADJUSTMENT = "bookkeeping"
    TEST = "test_product"
    NOT_A_PRODUCT = "not_a_product"
    WRITE_OFF = "stock_written_off"
    FOUND = "stock_found_or_noted"
    ZERO = "quantity_zero"
    TOO_MANY = "quantity_too_large"
    NEGATIVE_PRICE = "price_negative"
    RETURN_POSITIVE = "return_not_negative"


TAKEN_AS_ORDER: Final = frozenset({Rule.ORDER_LINE, Rule.ORDER_NO_CUSTOMER, Rule.ORDER_FREE, Rule.ORDER_ROUNDED})
TAKEN_AS_RETURN: Final = frozenset({Rule.RETURN_MATCHED, Rule.RETURN_PART, Rule.RETURN_ALONE})
TAKEN: Final = TAKEN_AS_ORDER | TAKEN_AS_RETURN

# Column and sentence for the list of refused rows.
REASONS: Final = MappingProxyType(
    {
        Rule.UNREADABLE: ("", _("Quantity, date or price cannot be read. Correct the cell.")),
        Rule.NO_INVOICE: ("InvoiceNo", _("The invoice number is missing. Fill it in.")),
        Rule.BAD_DEBT: ("InvoiceNo", _("An entry for a bad debt, not an order. Book it in the accounts.")),
        Rule.POSTAGE: ("StockCode", _("Postage, not goods. It is charged in the accounts.")),
        Rule.MANUAL: ("StockCode", _("An amount typed by hand without a product. Name the product.")),
        Rule.DISCOUNT: ("StockCode", _("A discount, not goods. Book it in the accounts.")),
        Rule.SAMPLES: ("StockCode", _("Samples without a product. Name the product.")),
        Rule.BANK_CHARGES: ("StockCode", _("Bank charges, not goods. Book them in the accounts.")),
        Rule.FEE: ("StockCode", _("A market place's fee, not goods. Book it in the accounts.")),
        Rule.COMMISSION: ("StockCode", _("A commission, not goods. Book it in the accounts.")),
        Rule.VOUCHER: ("StockCode", _("A gift voucher, not goods in stock. Keep it in the accounts.")),
        Rule.ADJUSTMENT: ("StockCode", _("A bookkeeping entry, not goods. Book it in the accounts.")),
        Rule.TEST: ("StockCode", _("A product made for a test. Leave it out.")),
        Rule.NOT_A_PRODUCT: ("StockCode", _("This code is not one of a product. Correct the code.")),
        Rule.WRITE_OFF: ("Quantity", _("Stock written off, not an order. Book it as a correction.")),
        Rule.FOUND: ("UnitPrice", _("Stock found or noted, neither price nor customer. Book it as a correction.")),
        Rule.ZERO: ("Quantity", _("The quantity is 0. Fill in how many.")),
        Rule.TOO_MANY: ("Quantity", _("The quantity is beyond 1,000,000,000. Check it.")),
        Rule.NEGATIVE_PRICE: ("UnitPrice", _("The price is below 0. Correct it.")),
        Rule.RETURN_POSITIVE: ("Quantity", _("A return whose quantity is not negative. Correct the sign.")),
    }
)

_CODES: Final = MappingProxyType(
    {
        "POST": Rule.POSTAGE,
        "DOT": Rule.POSTAGE,
        "C2": Rule.POSTAGE,
        "C3": Rule.POSTAGE,
        "M": Rule.MANUAL,
        "D": Rule.DISCOUNT,
        "S": Rule.SAMPLES,
        "B": Rule.BAD_DEBT,
        "BANK CHARGES": Rule.BANK_CHARGES,
        "AMAZONFEE": Rule.FEE,
        "CRUK": Rule.COMMISSION,
    }
)
_PATTERNS: Final = (
    (re.compile(r"^GIFT"), Rule.VOUCHER),
    (re.compile(r"^ADJUST"), Rule.ADJUSTMENT),
    (re.compile(r"^TEST"), Rule.TEST),
)
# Five digits and up to three letters; the party shop's DCGS...; a few words of letters that stand for goods.
_PRODUCT: Final = re.compile(r"^(\d{4,6}[A-Z]{0,3}|DCGS[A-Z0-9]+|SP\d{4}|PADS)$")


class Side(StrEnum):
    """Which document a line belongs to, before returns are matched."""

    RETURN = "return"


def judge(line: RetailLine) -> Rule | Side:
    """The rule that a line falls under by itself."""
    if not line.invoice:
        return Rule.NO_INVOICE
    if line.invoice.startswith("A"):
        return Rule.BAD_DEBT
    wrong = _code_rule(line.code) or _figure_rule(line)
    if wrong:
        return wrong
    return _return_rule(line) if line.invoice.startswith("C") else _order_rule(line)


def of_return(wanted: int, matched: int) -> Rule:
    """The rule of a return line of which so many pieces were found in earlier orders."""
    if matched == wanted:
        return Rule.RETURN_MATCHED
    return Rule.RETURN_PART if matched else Rule.RETURN_ALONE


def _code_rule(code: str) -> Rule | None:
    if code in _CODES:
        return _CODES[code]
    for pattern, rule in _PATTERNS:
        if pattern.match(code):
            return rule
    return None if _PRODUCT.match(code) else Rule.NOT_A_PRODUCT


def _figure_rule(line: RetailLine) -> Rule | None:
    if line.quantity == 0:
        return Rule.ZERO
    if abs(line.quantity) > MOST:
        return Rule.TOO_MANY
    return Rule.NEGATIVE_PRICE if line.price < 0 else None


def _return_rule(line: RetailLine) -> Rule | Side:
    return Rule.RETURN_POSITIVE if line.quantity > 0 else Side.RETURN


def _order_rule(line: RetailLine) -> Rule:
    if line.quantity < 0:
        return Rule.WRITE_OFF
    if line.price == 0:
        return Rule.ORDER_FREE if line.customer else Rule.FOUND
    if line.price * 100 != line.pence:
        return Rule.ORDER_ROUNDED
    return Rule.ORDER_LINE if line.customer else Rule.ORDER_NO_CUSTOMER
