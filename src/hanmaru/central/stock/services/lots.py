"""Lots and serial numbers."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from hanmaru.central.stock.models import Lot
from hanmaru.kernel.errors import Conflict, Invalid


class ExpiryDiffers(Conflict):
    """One lot cannot expire on two days."""

    code = "lot.expiry"
    message = _("Lot %(number)s is already known with the expiry date %(known)s. Check the label.")


def lot_for(variant: int, number: str, *, is_serial: bool = False, expires_on: date | None = None) -> int:
    """The id of the variant's lot with this number, made when it is new.

    Raises:
        ExpiryDiffers: the lot is known with another expiry date.
    """
    number = number.strip()
    if not 1 <= len(number) <= 40:
        raise Invalid(_("Lot or serial number: 1 to 40 characters."))
    lot, made = Lot.objects.get_or_create(
        variant_id=variant, number=number, defaults={"is_serial": is_serial, "expires_on": expires_on}
    )
    if not made and expires_on is not None and lot.expires_on not in (None, expires_on):
        raise ExpiryDiffers(number=number, known=lot.expires_on)
    if not made and expires_on is not None and lot.expires_on is None:
        lot.expires_on = expires_on
        lot.save(update_fields=["expires_on"])
    return int(lot.pk)


def lock_lot(lot_id: int) -> None:
    """Hold the lot's row to the end of the transaction: whether its piece is here is about to be judged and changed."""
    list(Lot.objects.select_for_update(no_key=True).filter(pk=lot_id).values_list("pk"))
