"""Errors in at most eight words, for a screen read at arm's length; the whole sentence stands below them."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hanmaru.kernel.errors import HanmaruError

_WORDS: Final[dict[str, Promise]] = {
    "catalog.unknown_code": _("Unknown code"),
    "catalog.not_a_product": _("Not a product"),
    "catalog.foreign_tag": _("Not our tag"),
    "catalog.tag_retired": _("Tag out of use"),
    "scan.unreadable": _("Scan again"),
    "scan.check_digit": _("Misread. Scan again"),
    "scan.not_a_place": _("Not a place"),
    "epc.malformed": _("Not a tag"),
    "epc.unknown": _("Unknown tag"),
    "stock.unknown": _("Not found"),
    "stock.not_enough": _("Not enough here"),
    "stock.cannot_hold": _("Nothing may lie here"),
    "put_away.refused": _("Not this place"),
    "put_away.nothing": _("Nothing to put away"),
    "move.same_place": _("Already there"),
    "pick.wrong_place": _("Wrong place"),
    "pick.wrong_product": _("Wrong product"),
    "pick.wrong_lot": _("Wrong lot"),
    "pick.too_many": _("Too many"),
    "pick.taken": _("Somebody else has it"),
    "pick.done": _("Already done"),
    "pick.gone": _("No longer needed"),
    "pack.not_picked": _("Not picked yet"),
    "pack.wrong_serial": _("Wrong piece"),
    "pack.nothing": _("The box is empty"),
    "ship.nothing": _("Nothing to ship"),
    "parcel.gone": _("Already shipped"),
    "parcel.unknown": _("Unknown parcel"),
    "delivery.closed": _("Delivery is closed"),
    "delivery.unknown": _("Unknown delivery"),
    "receive.lot_missing": _("Scan the lot number"),
    "receive.serial_missing": _("Scan the serial number"),
    "receive.serial_one_piece": _("One piece a serial"),
    "receive.serial_in_house": _("Already in stock"),
    "warehouse.tag_inside": _("Counted before"),
    "receive.expiry_missing": _("Type the expiry date"),
    "receive.expired": _("Expired"),
    "floor.quantity": _("Check the quantity"),
    "count.quantity": _("Check the quantity"),
    "scan.nothing_to_undo": _("Nothing to undo"),
    "orders.unknown": _("Unknown order"),
}


def short_words(error: HanmaruError) -> str:
    """The error in a few words."""
    return str(_WORDS.get(error.code, _("Not possible")))
