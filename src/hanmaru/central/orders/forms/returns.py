"""What comes back, and where it goes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanmaru.central.orders.queries import LineCard
from hanmaru.central.stock import queries as stock
from hanmaru.kernel.errors import HanmaruError


class ReceiveForm(forms.Form):
    """Where returned goods go: a place by its code, or to scrap."""

    place_code = forms.CharField(
        label=gettext_lazy("Place"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Scan the place where the goods go."),
    )
    scrap = forms.BooleanField(label=gettext_lazy("Cannot be sold again: scrap them"), required=False)
    field_order: Sequence[str] | None = None

    def clean(self) -> dict[str, Any]:
        """A place that exists, or scrap."""
        given = super().clean() or {}
        self._place: int | None = None
        code = given.get("place_code", "")
        if given.get("scrap"):
            return given
        if not code:
            self.add_error("place_code", _("Place: scan or type the code of a place, or choose scrap."))
            return given
        try:
            self._place = stock.place_by_code(code).id
        except HanmaruError:
            self.add_error("place_code", _("Place: there is no place %(code)s. Check the label.") % {"code": code})
        return given

    def place(self) -> int | None:
        """The place's id; None scraps the goods."""
        return self._place


class TakeBackForm(ReceiveForm):
    """How many of each line come back, why, and where to."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=150, required=False)

    def __init__(self, lines: Sequence[LineCard], titles: Mapping[int, str], data: Any = None) -> None:
        """``titles``: line -> what it sells, as the reader is told."""
        super().__init__(data)
        self._lines = lines
        for line in lines:
            self.fields[f"line_{line.id}"] = forms.IntegerField(
                label=titles[line.id],
                min_value=0,
                max_value=line.returnable,
                initial=line.returnable if len(lines) == 1 else 0,
                required=False,
                help_text=_("At the customer: %(count)s") % {"count": line.returnable},
            )
        self.order_fields([f"line_{line.id}" for line in lines])

    def clean(self) -> dict[str, Any]:
        """At least one piece comes back."""
        given = super().clean()
        if not self.errors and not self.pieces():
            raise forms.ValidationError(_("Quantity: fill in how many come back."))
        return given

    def line_fields(self) -> list[forms.BoundField]:
        """The quantities, as the page draws them."""
        return [self[f"line_{line.id}"] for line in self._lines]

    def pieces(self) -> dict[int, int]:
        """Line id -> pieces, lines of which nothing comes back left out."""
        counts = {line.id: self.cleaned_data.get(f"line_{line.id}") or 0 for line in self._lines}
        return {line: count for line, count in counts.items() if count}
