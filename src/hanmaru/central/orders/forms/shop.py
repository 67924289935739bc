"""What a customer fills in on the order page. The entries' own complaints are told in plain words."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanmaru.central.catalog.queries import VariantCard
from hanmaru.central.orders.services import ShipTo
from hanmaru.central.orders.shop_basket import MOST_PIECES


class ChoiceForm(forms.Form):
    """The options of a product, a wish, and how many."""

    wording = forms.CharField(
        label=gettext_lazy("Engraving or wish"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For example initials or a date. Leave it empty if you have none."),
    )
    quantity = forms.IntegerField(label=gettext_lazy("Quantity"), min_value=1, max_value=MOST_PIECES, initial=1)

    def __init__(
        self,
        variants: Sequence[VariantCard],
        values: dict[int, list[tuple[str, str]]],
        data: Any = None,
    ) -> None:
        super().__init__(data)
        self._variants = variants
        self._by_values = {frozenset(values.get(card.id, ())): card for card in variants}
        self._options = _choices(variants, values)
        for place, (name, choices) in enumerate(self._options.items()):
            self.fields[f"option_{place}"] = forms.ChoiceField(
                label=name,
                choices=[(one, one) for one in choices],
                initial=choices[0] if len(choices) == 1 else None,
                widget=forms.RadioSelect,
                error_messages={"required": _("%(option)s: choose one.") % {"option": name}},
            )
        self.order_fields([*(f"option_{place}" for place in range(len(self._options))), "wording", "quantity"])

    def option_fields(self) -> list[forms.BoundField]:
        """The choices, as the page draws them."""
        return [self[f"option_{place}"] for place in range(len(self._options))]

    def clean(self) -> dict[str, Any]:
        """A combination that is sold."""
        given = super().clean() or {}
        if not self.errors and self.chosen(given) is None:
            raise forms.ValidationError(_("This combination is not sold. Choose another one."))
        return given

    def chosen(self, given: dict[str, Any] | None = None) -> VariantCard | None:
        """The variant that the options name."""
        values = self.cleaned_data if given is None else given
        if not self._options:
            return self._variants[0] if self._variants else None
        pairs = frozenset((name, values.get(f"option_{place}", "")) for place, name in enumerate(self._options))
        return self._by_values.get(pairs)


def _choices(variants: Sequence[VariantCard], values: dict[int, list[tuple[str, str]]]) -> dict[str, list[str]]:
    """Option -> its values that are sold, in the order in which the variants were made."""
    found: dict[str, list[str]] = {}
    for card in variants:
        for option, value in values.get(card.id, ()):
            known = found.setdefault(option, [])
            if value not in known:
                known.append(value)
    return found


class OrderForm(forms.Form):
    """Who orders and where it goes. ``website`` is seen by programs only: whoever fills it in is one."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    phone = forms.RegexField(
        r"^[0-9+() -]{8,30}$",
        label=gettext_lazy("Phone"),
        max_length=30,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"invalid": gettext_lazy("Phone: write it in digits, such as 010-1234-5678.")},
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=300,
        widget=forms.TextInput({"autocomplete": "street-address"}),
    )
    note = forms.CharField(label=gettext_lazy("Anything else?"), max_length=500, required=False)
    website = forms.CharField(required=False)

    def by_a_program(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.data.get("website"))

    def ship_to(self) -> ShipTo:
        """Where the goods go."""
        given = self.cleaned_data
        return ShipTo(name=given["name"], phone=given["phone"], address=given["address"], note=given["note"])
