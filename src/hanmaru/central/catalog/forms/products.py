"""Forms of products and variants."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hanmaru.central.catalog import fields, queries
from hanmaru.central.catalog.forms.entries import MoneyField, number_field

TRACKINGS = [("none", _("Not tracked")), ("lot", _("By lot")), ("serial", _("By serial number"))]


class NewProductForm(forms.Form):
    """The least a product needs: a name and a price."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"})
    )
    base_price = MoneyField(label=_("Price"))
    code = forms.CharField(
        label=_("Product code"),
        max_length=40,
        required=False,
        help_text=_("Stands at the front of every SKU. Without one, we give a number."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["base_price"] = MoneyField(label=_("Price"), currency=currency)


class ProductForm(NewProductForm):
    """All that a product is told by."""

    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    description = forms.CharField(
        label=_("Description"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    storage_class = forms.ChoiceField(
        label=_("Storage class"), required=False, help_text=_("Where it has to be kept. Put-away follows it.")
    )
    tracking = forms.ChoiceField(
        label=_("How pieces are told apart"),
        choices=TRACKINGS,
        help_text=_("By lot: batches made together. By serial number: every piece by itself."),
    )
    has_expiry = forms.BooleanField(label=_("It has an expiry date"), required=False)
    on_order_page = forms.BooleanField(label=_("Customers see it on the order page"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].required = True
        del self.fields["name"].widget.attrs["autofocus"]
        classes = [(each.code, each.name) for each in queries.storage_classes()]
        self.fields["storage_class"].choices = [("", _("Anywhere")), *classes]  # type: ignore[attr-defined]


class VariantForm(forms.Form):
    """All that one variant is told by."""

    sku = forms.CharField(label=_("SKU"), max_length=80)
    price = MoneyField(
        label=_("Price"), required=False, help_text=_("Empty: the price of the product and its options.")
    )
    gtin = forms.CharField(
        label=_("Barcode (GTIN)"),
        max_length=20,
        required=False,
        help_text=_("The 8, 12, 13 or 14 digits under the barcode."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    own_barcode = forms.CharField(
        label=_("Own barcode"), max_length=80, required=False, help_text=_("Empty: we make a new one.")
    )
    weight_g = number_field(_("Weight (g)"), fields.MOST_GRAMS)
    width_mm = number_field(_("Width (mm)"), fields.MOST_MM)
    length_mm = number_field(_("Length (mm)"), fields.MOST_MM)
    height_mm = number_field(_("Height (mm)"), fields.MOST_MM)

    def __init__(self, *args: Any, currency: str, listed: int, **options: Any) -> None:
        super().__init__(*args, **options)
        price: Any = self.fields["price"]
        price.currency = currency
        price.widget.attrs["placeholder"] = price.prepare_value(listed)


class VariantTable(forms.Form):
    """Price, barcode and weight of several variants at once; a field for each cell."""

    COLUMNS = ("price", "gtin", "weight_g")

    def __init__(self, cards: Sequence[queries.VariantCard], *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.cards = cards
        for card in cards:
            title = card.label or card.sku
            for name, label, cell in (
                ("price", _("Price"), MoneyField(currency=currency, required=False, initial=card.price)),
                (
                    "gtin",
                    _("Barcode (GTIN)"),
                    forms.CharField(required=False, max_length=20, initial=card.gtin_printed),
                ),
                ("weight_g", _("Weight (g)"), number_field("", fields.MOST_GRAMS, initial=card.weight_g)),
            ):
                cell.label = f"{title}: {label}"
                cell.widget.attrs["aria-label"] = cell.label
                cell.widget.attrs["class"] = "cell-entry"
                cell.widget.attrs.setdefault("inputmode", "numeric")
                self.fields[f"{name}_{card.id}"] = cell

    def rows(self) -> list[dict[str, Any]]:
        """A mapping a variant: its card, and its bound fields by column."""
        return [{"card": card, **{name: self[f"{name}_{card.id}"] for name in self.COLUMNS}} for card in self.cards]

    def changes(self) -> dict[int, dict[str, Any]]:
        """Variant id -> what was changed."""
        changes: dict[int, dict[str, Any]] = {}
        for name in self.changed_data:
            column, _underline, variant_id = name.rpartition("_")
            value = self.cleaned_data.get(name)
            changes.setdefault(int(variant_id), {})[column] = value
        return changes


class BarcodeForm(forms.Form):
    """Another barcode of a variant."""

    code = forms.CharField(label=_("Barcode"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    quantity = forms.IntegerField(label=_("Pieces it stands for"), min_value=1, max_value=1_000_000, initial=1)


class TagsForm(forms.Form):
    """New tags for a variant."""

    count = forms.IntegerField(label=_("How many new tags"), min_value=1, max_value=1_000, initial=1)


class BindForm(forms.Form):
    """A tag that has a number already."""

    epc = forms.CharField(
        label=_("Tag number (EPC)"),
        max_length=200,
        help_text=_("24 digits and letters A to F, as the reader shows it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    lot_number = forms.CharField(label=_("Lot"), max_length=40, required=False)
    quantity = forms.IntegerField(label=_("Pieces it stands for"), min_value=1, max_value=1_000_000, initial=1)
