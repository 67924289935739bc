"""The dock where goods arrive and the table where they are packed; a company that has none gets one at first use."""

from django.db import IntegrityError, transaction

from hanmaru.central.stock import queries as stock
from hanmaru.central.stock.services import PlaceKind, create_place
from hanmaru.kernel.errors import Conflict

_CODES = {PlaceKind.DOCK: "DOCK", PlaceKind.PACKING: "PACK"}


def dock() -> int:
    """The id of the first open dock along the walk."""
    return _station(PlaceKind.DOCK)


def packing_table() -> int:
    """The id of the first open packing table along the walk."""
    return _station(PlaceKind.PACKING)


def _station(kind: PlaceKind) -> int:
    found = stock.place_cards(kinds=[kind], open_only=True)
    if not found:
        try:
            with transaction.atomic():
                return create_place(_CODES[kind], kind)
        except (Conflict, IntegrityError):  # somebody made it meanwhile, or the code names another kind of place
            found = stock.place_cards(kinds=[kind], open_only=True)
            if not found:
                return create_place(f"{_CODES[kind]}-1", kind)
    return next(iter(found))
