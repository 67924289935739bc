"""An order typed or scanned in by the clerk: lines as parallel lists, who it is for, where it goes."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanmaru.central.orders.services import MOST_PIECES, LineWanted, ShipTo
from hanmaru.central.sheets.columns import money
from hanmaru.kernel.errors import HanmaruError
from hanmaru.kernel.money import Money, exponent

_NUL = "\0"


class RecipientForm(forms.Form):
    """Who orders and where the goods go."""

    customer = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Customer"), max_length=120)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)

    def ship_to(self) -> ShipTo:
        """Where the goods go."""
        given = self.cleaned_data
        return ShipTo(name=given["name"], phone=given["phone"], address=given["address"], note=given["note"])


@dataclass(slots=True)
class EnteredLine:
    """A line as typed: texts, and the sentence of what is wrong with it."""

    variant: str
    quantity: str = "1"
    price: str = ""
    wording: str = ""
    error: str = ""


def entered(data: Any) -> list[EnteredLine]:
    """The lines of a posted page, in their order."""
    columns = [data.getlist(name) for name in ("variant", "quantity", "price", "wording")]
    return [EnteredLine(*(cell.replace(_NUL, "")[:120] for cell in row)) for row in zip(*columns, strict=False)]


def understood(lines: list[EnteredLine], currency: str) -> list[LineWanted]:
    """What the lines ask for; each line that cannot be read gets its ``error``, and is left out."""
    parse = money(exponent(currency))
    wanted = []
    for line in lines:
        try:
            price = int(str(parse(line.price))) if line.price.strip() else None
        except ValueError:
            line.error = _("Price: write an amount such as %(example)s.") % {"example": _example(currency)}
            continue
        if not line.variant.isdecimal() or not line.quantity.strip().isdecimal() or len(line.quantity) > 12:
            line.error = _("Quantity: write a number from 1 to %(most)s.") % {"most": f"{MOST_PIECES:,}"}
            continue
        try:
            wanted.append(
                LineWanted(
                    variant=int(line.variant), quantity=int(line.quantity), unit_price=price, wording=line.wording
                )
            )
        except HanmaruError as error:
            line.error = str(error)
    return wanted


def amount(minor: int, currency: str) -> str:
    """An amount as one types it: digits and point, nothing else."""
    return str(Money(minor, currency).major)


def _example(currency: str) -> str:
    return "12000" if exponent(currency) == 0 else "12.50"
