"""What stock refuses, and what is short."""

from django.utils.translation import gettext_lazy as _

from hanmaru.kernel.errors import Conflict, Invalid, NotFound, Refused


class NotEnough(Refused):
    """``data["short"]``: a list of {variant, lot, place, wanted, free}, ids and pieces."""

    code = "stock.not_enough"
    message = _("Not enough stock: %(wanted)s wanted, %(free)s free. Check the place or take fewer.")


class KeyReused(Conflict):
    """An idempotency key came with another move than the one it was first used for."""

    code = "stock.key_reused"
    message = _("This key was already used for another move: %(key)s. Send a new key.")


class ReservationGone(Conflict):
    """The goods are no longer held for this document."""

    code = "stock.reservation_gone"
    message = _("These goods are no longer reserved. Load the page again.")


class UnknownThing(NotFound):
    """A variant, lot or place that does not exist for this company."""

    code = "stock.unknown"
    message = _("Not found: %(what)s")


class CannotHold(Invalid):
    """Goods were to go to an aisle, a rack or a closed place."""

    code = "stock.cannot_hold"
    message = _("Goods cannot lie here: %(places)s. Scan a bin.")


class QuantityImpossible(Invalid):
    """Zero, negative or beyond :data:`hanmaru.central.stock.models.MOST`."""

    code = "stock.quantity"
    message = _("The quantity must be between 1 and %(most)s, not %(quantity)s.")


class GoesNowhere(Invalid):
    """A move from a place to the same place."""

    code = "stock.same_place"
    message = _("The goods lie there already. Choose another place.")
