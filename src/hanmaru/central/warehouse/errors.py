"""What the work on the floor refuses, each with the remedy."""

from django.utils.translation import gettext_lazy as _

from hanmaru.kernel.errors import Conflict, Invalid, NotFound, Refused


class KeyOfOther(Conflict):
    """A scan's key came again, for another kind of work."""

    code = "scan.key_reused"
    message = _("This scan was already used for something else. Scan again.")


class UnknownDelivery(NotFound):
    """No such delivery in this company."""

    code = "delivery.unknown"
    message = _("This delivery does not exist. Choose one from the list.")


class DeliveryClosed(Refused):
    """Goods were to be received on a delivery that is closed or cancelled."""

    code = "delivery.closed"
    message = _("Delivery %(number)s is closed. Receive without a delivery, or announce a new one.")


class DeliveryEmpty(Invalid):
    """An announcement without goods."""

    code = "delivery.empty"
    message = _("Add at least one product with a quantity.")


class DeliveryHasGoods(Refused):
    """A delivery of which something has come cannot be cancelled."""

    code = "delivery.has_goods"
    message = _("Goods of this delivery have arrived. Close it instead.")


class LotMissing(Invalid):
    """The product is tracked by lot; without a lot number its pieces cannot be told apart."""

    code = "receive.lot_missing"
    message = _("Lot number: this product needs one. Scan or type the lot.")


class SerialMissing(Invalid):
    """The product is tracked by serial number."""

    code = "receive.serial_missing"
    message = _("Serial number: this product needs one. Scan or type it.")


class SerialOnePiece(Invalid):
    """A serial number names one piece."""

    code = "receive.serial_one_piece"
    message = _("Quantity: a serial number is one piece. Scan each piece.")


class SerialInHouse(Refused):
    """The piece with this serial number is here already."""

    code = "receive.serial_in_house"
    message = _("Serial number %(serial)s is already in stock. Compare it with the label.")


class ExpiryMissing(Invalid):
    """The product has an expiry date; without it the oldest cannot go first."""

    code = "receive.expiry_missing"
    message = _("Expiry date: this product needs one. Type the date on the box.")


class Expired(Refused):
    """Goods past their date are not taken into stock."""

    code = "receive.expired"
    message = _("These goods expired on %(date)s. Set them aside.")


class QuantityWrong(Invalid):
    """A quantity out of bounds."""

    code = "floor.quantity"
    message = _("Quantity: give a whole number from 1 to %(most)s.")


class CountWrong(Invalid):
    """A counted quantity out of bounds."""

    code = "count.quantity"
    message = _("Counted: give a whole number from 0 to %(most)s.")


class PlaceRefuses(Refused):
    """The place cannot take the goods. ``data["breaches"]``: the limits; ``data["instead"]``: a code that can."""

    code = "put_away.refused"
    message = _("%(place)s cannot take this: %(why)s")


class SamePlace(Invalid):
    """Goods were to go where they are."""

    code = "move.same_place"
    message = _("The goods are already at %(place)s. Scan another place.")


class NothingToPutAway(Refused):
    """Nothing of this product lies at the dock."""

    code = "put_away.nothing"
    message = _("Nothing of this product waits at %(place)s. Receive it first.")


class UnknownPickList(NotFound):
    """No such pick list in this company."""

    code = "pick.unknown"
    message = _("This pick list does not exist. Choose one from the list.")


class NothingToPick(Refused):
    """None of the orders has goods held for it that are not being picked already."""

    code = "pick.nothing"
    message = _("These orders have nothing to pick. Reserve stock for them first.")


class TakenByOther(Conflict):
    """Somebody else has taken the pick list. ``data["who"]`` is their name."""

    code = "pick.taken"
    message = _("%(who)s is already picking this list. Take another one.")


class PickUnderWay(Refused):
    """Goods that somebody is on the way to pick must be where the list says. ``data["who"]`` is their name."""

    code = "relocate.pick_under_way"
    message = _("Goods at %(place)s are being picked: list %(number)s. Carry them when that is done or given back.")


class CountFirst(Refused):
    """Goods that a picker missed are looked for where they should be."""

    code = "relocate.count_first"
    message = _("%(count)s pcs were missed at %(place)s. Count them there first, then carry what there is.")


class TaskDone(Conflict):
    """The task was finished meanwhile. ``data["who"]`` is who did it."""

    code = "pick.done"
    message = _("Already done by %(who)s. Go on with the next one.")


class TaskGone(NotFound):
    """The goods are no longer wanted: the order was cancelled or changed."""

    code = "pick.gone"
    message = _("This order no longer needs it. Go on with the next one.")


class NotAPlace(Invalid):
    """A product or a document was scanned where a place was asked for."""

    code = "scan.not_a_place"
    message = _("This is no place. Scan the label on the shelf.")


class NotAnOrder(Invalid):
    """Something else was scanned where an order was asked for."""

    code = "scan.not_an_order"
    message = _("This is no order. Scan the order's sheet, or choose one below.")


class WrongPlace(Refused):
    """Another place was scanned than the task names."""

    code = "pick.wrong_place"
    message = _("This is %(scanned)s. Go to %(wanted)s.")


class WrongProduct(Refused):
    """Another product was scanned than the task names."""

    code = "pick.wrong_product"
    message = _("This is %(scanned)s. Take %(wanted)s.")


class WrongLot(Refused):
    """The right product of another lot was scanned."""

    code = "pick.wrong_lot"
    message = _("This is lot %(scanned)s. Take lot %(wanted)s.")


class TooManyPicked(Refused):
    """More than the task asks for."""

    code = "pick.too_many"
    message = _("Only %(left)s left to take here. Put the rest back.")


class NotPicked(Refused):
    """More of a line is to be packed than has been picked and is not packed yet."""

    code = "pack.not_picked"
    message = _("%(sku)s: only %(free)s picked and not packed yet. Pick the rest first.")


class WrongSerial(Refused):
    """A serial number or lot is to be packed that was not picked for this order."""

    code = "pack.wrong_serial"
    message = _("%(number)s was not picked for this order. Scan the right piece.")


class NothingPacked(Invalid):
    """A parcel without content, or an order without a parcel to be shipped."""

    code = "pack.nothing"
    message = _("Nothing is packed. Scan a product into the box first.")


class NothingToShip(Refused):
    """All parcels of the order have gone, or there is none."""

    code = "ship.nothing"
    message = _("No packed parcel waits to be shipped. Pack the order first.")


class ParcelGone(Refused):
    """A parcel that has left cannot be opened."""

    code = "parcel.gone"
    message = _("Parcel %(number)s has already been shipped. Take it back as a return.")


class UnknownParcel(NotFound):
    """No such parcel in this company."""

    code = "parcel.unknown"
    message = _("This parcel does not exist. Scan the label on the box.")


class TagInside(Conflict):
    """The pieces that a tag is on were counted in, and have not left since."""

    code = "warehouse.tag_inside"
    message = _("This tag was counted in before. For another piece, scan its own tag or its barcode.")


class UnknownBox(NotFound):
    """No such box type in this company."""

    code = "box.unknown"
    message = _("This box does not exist. Choose one from the list.")


class NothingToUndo(Refused):
    """The last scan cannot be taken back (any more)."""

    code = "scan.nothing_to_undo"
    message = _("Nothing to undo here. Correct it on the stock page.")


class NameTaken(Conflict):
    """Two suppliers or boxes with one name could not be told apart."""

    code = "warehouse.name_taken"
    message = _("Name: %(name)s is already used. Choose another name.")
