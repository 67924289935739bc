"""Forms of the desk pages."""

from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.warehouse import queries
from hanmaru.central.warehouse.services import Box

MOST_PIECES = 1_000_000


class DeliveryForm(forms.Form):
    """Who delivers what, and when."""

    supplier = forms.TypedChoiceField(label=_("Supplier"), required=False, coerce=int, empty_value=None)
    expected_on = forms.DateField(
        label=_("Expected on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Not known"))] + [(one.id, one.name) for one in queries.suppliers()]
        self.fields["supplier"].choices = choices  # type: ignore[attr-defined]


class LineForm(forms.Form):
    """A product by its SKU or barcode, and how many."""

    sku = forms.CharField(
        label=_("SKU"), required=False, max_length=80, widget=forms.TextInput(attrs={"list": "skus", "size": 20})
    )
    quantity = forms.IntegerField(label=_("Quantity"), required=False, min_value=1, max_value=MOST_PIECES)

    def clean_sku(self) -> str:
        """A SKU of this company."""
        sku = str(self.cleaned_data["sku"]).strip()
        if sku:
            found = catalog.variant_by_sku(sku)
            if found is None:
                raise forms.ValidationError(
                    _("SKU: %(sku)s was not found. Choose one from the list, or register the product."),
                    params={"sku": sku},
                )
            self.variant = found.id
        return sku

    def clean(self) -> dict[str, Any]:
        """Both or neither."""
        cleaned = super().clean() or {}
        if cleaned.get("sku") and not cleaned.get("quantity") and "quantity" not in self.errors:
            self.add_error("quantity", _("Quantity: say how many will come."))
        return cleaned


LineFormSet = formset_factory(LineForm, extra=6, max_num=200, absolute_max=200)


class SupplierForm(forms.Form):
    """Who delivers."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)


class BoxForm(forms.Form):
    """A box on the shelf."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("As it is called at the packing table."))
    length_mm = forms.IntegerField(label=_("Inner length (mm)"), min_value=1, max_value=10_000)
    width_mm = forms.IntegerField(label=_("Inner width (mm)"), min_value=1, max_value=10_000)
    height_mm = forms.IntegerField(label=_("Inner height (mm)"), min_value=1, max_value=10_000)
    max_weight_g = forms.IntegerField(label=_("Greatest load (g)"), min_value=1, max_value=1_000_000)
    weight_g = forms.IntegerField(label=_("Own weight (g)"), min_value=0, max_value=100_000, initial=0)
    cost = forms.IntegerField(label=_("Cost (won)"), min_value=0, max_value=1_000_000, initial=0)

    def box(self) -> Box:
        """What was entered."""
        return Box(**self.cleaned_data)
