"""What people type about stock."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hanmaru.central.stock.services import MOST, Capacity, MoveReason, PlaceKind

MM3_PER_LITRE = 1_000_000
G_PER_KG = 1_000
CORRECTIONS = (
    MoveReason.FOUND,
    MoveReason.LOSS,
    MoveReason.DAMAGE,
    MoveReason.SCRAP,
    MoveReason.OPENING,
    MoveReason.PRODUCE,
    MoveReason.CONSUME,
)
_ADDS = (MoveReason.FOUND, MoveReason.OPENING, MoveReason.PRODUCE)
KINDS_TO_MAKE = (
    PlaceKind.SITE,
    PlaceKind.ZONE,
    PlaceKind.AISLE,
    PlaceKind.RACK,
    PlaceKind.LEVEL,
    PlaceKind.BIN,
    PlaceKind.CELL,
    PlaceKind.DOCK,
    PlaceKind.PACKING,
)


def fresh_key() -> str:
    """The key of a form: sent twice, it is done once."""
    return uuid.uuid4().hex


class CorrectionForm(forms.Form):
    """So many pieces more or less at a place, for a reason."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    place = forms.CharField(label=_("Place"), max_length=60, help_text=_("Scan or type the code of the bin."))
    reason = forms.ChoiceField(
        label=_("What happened"), choices=[(reason.value, reason.label) for reason in CORRECTIONS]
    )
    quantity = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=MOST, initial=1)
    lot = forms.CharField(label=_("Lot or serial number"), max_length=40, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def difference(self) -> int:
        """The pieces with their sign, as the reason has it."""
        pieces: int = self.cleaned_data["quantity"]
        return pieces if self.cleaned_data["reason"] in _ADDS else -pieces


class MoveForm(forms.Form):
    """Pieces carried from a place to a place."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    from_place = forms.CharField(label=_("From"), max_length=60, help_text=_("The code of the bin they lie in."))
    to_place = forms.CharField(label=_("To"), max_length=60, help_text=_("The code of the bin they go to."))
    quantity = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=MOST, initial=1)
    lot = forms.CharField(label=_("Lot or serial number"), max_length=40, required=False)


class CapacityFields(forms.Form):
    """Limits of a place, in the units people think in."""

    litres = forms.FloatField(label=_("Room (litres)"), min_value=0.001, max_value=1e9, required=False)
    kilograms = forms.FloatField(label=_("Greatest weight (kg)"), min_value=0.001, max_value=1e9, required=False)
    pieces = forms.IntegerField(label=_("Greatest number of pieces"), min_value=1, max_value=MOST, required=False)
    storage_classes = forms.MultipleChoiceField(
        label=_("What may lie here"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none to let anything lie here."),
    )

    def __init__(self, *arguments: Any, classes: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["storage_classes"].choices = classes  # type: ignore[attr-defined]

    def capacity(self) -> Capacity:
        """The limits in mm³, g and pieces."""
        litres, kilograms = self.cleaned_data["litres"], self.cleaned_data["kilograms"]
        return Capacity(
            volume_mm3=round(litres * MM3_PER_LITRE) if litres else None,
            max_weight_g=round(kilograms * G_PER_KG) if kilograms else None,
            max_count=self.cleaned_data["pieces"],
            storage_classes=tuple(self.cleaned_data["storage_classes"]),
        )


class PlaceForm(CapacityFields):
    """A new place."""

    field_order = ("kind", "code", "name", "parent")
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in KINDS_TO_MAKE])
    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("Printed on the label, for example A-01-2-03."))
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    parent = forms.CharField(
        label=_("Lies in"), max_length=60, required=False, help_text=_("The code of the larger place, if any.")
    )


class RackForm(CapacityFields):
    """A rack with all its bins at once."""

    field_order = ("code", "parent", "levels", "bins")
    code = forms.CharField(label=_("Code of the rack"), max_length=30, help_text=_("Bins are coded after it."))
    parent = forms.CharField(label=_("Lies in"), max_length=60, help_text=_("The code of the aisle or zone."))
    levels = forms.IntegerField(label=_("Levels"), min_value=1, max_value=20, initial=4)
    bins = forms.IntegerField(label=_("Bins on a level"), min_value=1, max_value=100, initial=5)


class PlaceChangeForm(CapacityFields):
    """What may change about a place."""

    field_order = ("name", "pickable")
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    pickable = forms.BooleanField(label=_("Orders are picked from here"), required=False)
