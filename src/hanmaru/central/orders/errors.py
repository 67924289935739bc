"""What orders refuse."""

from django.utils.translation import gettext_lazy as _

from hanmaru.kernel.errors import Conflict, Invalid, NotFound, Refused, TooMany


class UnknownOrder(NotFound):
    """No such order, or another company's."""

    code = "orders.unknown"
    message = _("This order was not found. Check the number or the link.")


class UnknownLine(NotFound):
    """A line that is not of this order."""

    code = "orders.unknown_line"
    message = _("Line %(line)s is not of this order. Load the page again.")


class UnknownVariant(NotFound):
    """A variant that the catalogue does not have."""

    code = "orders.unknown_variant"
    message = _("Product: %(what)s was not found. Check the SKU or register the product.")


class UnknownCustomer(NotFound):
    """A customer of nobody, or of another company."""

    code = "orders.unknown_customer"
    message = _("Customer: not found. Choose another one.")


class WrongState(Refused):
    """The order's state does not allow what is asked. ``data``: number, state (in words), wish (in words)."""

    code = "orders.state"
    message = _("Order %(number)s is in state “%(state)s”. Not possible now: %(wish)s. Load the page again.")


class NoLines(Invalid):
    """An order of nothing."""

    code = "orders.no_lines"
    message = _("Products: add at least one.")


class TooManyLines(Invalid):
    """More lines than one order may have."""

    code = "orders.too_many_lines"
    message = _("Products: %(count)s lines are too many. Split the order into parts of at most %(most)s.")


class QuantityImpossible(Invalid):
    """Zero, negative or beyond a thousand million."""

    code = "orders.quantity"
    message = _("Quantity: write a number from 1 to %(most)s, not %(quantity)s.")


class PriceImpossible(Invalid):
    """A price below nothing or beyond reason."""

    code = "orders.price"
    message = _("Price: write a number from 0 to %(most)s, not %(price)s.")


class FigureImpossible(Conflict):
    """More is to be picked, shipped or taken back than the line has: someone else was first, or a wrong figure."""

    code = "orders.figure"
    message = _("Line %(line)s: %(wanted)s is more than possible. Load the page again and check the quantity.")


class StillReserved(Refused):
    """Goods wait in their bins: an order is packed when all that is reserved has been picked or reported short."""

    code = "orders.still_reserved"
    message = _("Order %(number)s: %(count)s pieces are not picked yet. Pick them or report them short.")


class NothingPicked(Refused):
    """There is nothing to pack."""

    code = "orders.nothing_picked"
    message = _("Order %(number)s: nothing is picked yet. Pick first.")


class AlreadyShipped(Refused):
    """What has left the house comes back as a return."""

    code = "orders.already_shipped"
    message = _("Order %(number)s is already shipped. Take it back as a return instead.")


class ReturnDone(Refused):
    """A return is taken back once."""

    code = "orders.return_done"
    message = _("Return %(number)s is already taken back.")


class OrderedTooOften(TooMany):
    """More orders by the public page than people place."""

    code = "orders.too_often"
    message = _("Too many orders in a short time. Wait an hour, or call us.")


class FileGone(NotFound):
    """A tried file is kept for the import alone."""

    code = "orders.file_gone"
    message = _("File: it is no longer kept. Choose it again.")
