"""What is entered for a study and for a search."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.slotting import rule_lines
from hanmaru.central.slotting.problems import METHODS
from hanmaru.central.slotting.services.studies import LONGEST_NAME
from hanmaru.central.stock import queries as stock
from hanmaru.decide.slotting.kitting.reslot import Labour

SECONDS = (
    (30, _("30 seconds")),
    (120, _("2 minutes")),
    (600, _("10 minutes")),
    (3600, _("1 hour")),
)
DAYS = ((7, _("A week")), (30, _("A month")), (90, _("Three months")), (365, _("A year")))
FAR = 1_000


class _Named(forms.Form):
    name = forms.CharField(label=_("Name"), required=False, max_length=LONGEST_NAME)


class FileForm(_Named):
    """An instance as JSON."""

    file = forms.FileField(
        label=_("Instance file (JSON)"),
        help_text=_("Up to 20 MB. It is checked whole before anything is kept."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )


class _Tabled(_Named):
    """A table, as a sheet or pasted."""

    file = forms.FileField(
        label=_("Excel or CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
    )
    table = forms.CharField(
        label=_("Or paste the table here"),
        required=False,
        max_length=1_000_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_("Mark the cells in the spreadsheet with their headings, copy, and paste."),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned = super().clean() or {}
        if not cleaned.get("file") and not cleaned.get("table") and "file" not in self.errors:
            self.add_error("file", _("Table: choose a file, or paste the table below."))
        return cleaned


class TableForm(_Tabled):
    """A table of materials along a strip."""

    length = forms.FloatField(
        label=_("Length of the strip"),
        min_value=0.001,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    unit = forms.CharField(label=_("Unit of length"), required=False, max_length=12, initial="m")


class BillForm(_Tabled):
    """A bill of material, and the racks that its materials go into."""

    aisles = forms.CharField(
        label=_("Your aisles and racks"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=_(
            "In each line an aisle, how many metres away it is, and the bins of each of its racks: A1, 5, 18, 18"
        ),
    )

    def clean_aisles(self) -> list[dict[str, object]]:
        """As an instance has them."""
        try:
            return rule_lines.aisles(self.cleaned_data["aisles"])
        except rule_lines.LineWrong as error:
            raise forms.ValidationError(str(error)) from None


class StockForm(_Named):
    """Which goods of the house are to be laid out where."""

    below = forms.TypedChoiceField(label=_("Part of the house"), required=False, coerce=int, empty_value=None)
    storage_class = forms.ChoiceField(
        label=_("Goods of which storage class"),
        required=False,
        help_text=_("Goods of one class change places among themselves; a safe stays a safe."),
    )
    days = forms.TypedChoiceField(label=_("Orders of how long"), coerce=int, choices=DAYS, initial=90)
    walked = forms.ChoiceField(
        label=_("What does a picker walk to?"),
        choices=(("rack", _("From rack to rack")), ("aisle", _("From aisle to aisle"))),
        initial="rack",
        widget=forms.RadioSelect,
        help_text=_("Racks suit a small house; aisles a large one."),
    )
    first_m = forms.FloatField(label=_("From the packing table to the first"), min_value=0, max_value=FAR, initial=5)
    between_m = forms.FloatField(label=_("From each to the next"), min_value=0, max_value=FAR, initial=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = stock.place_cards(kinds=["site", "zone", "aisle"], open_only=True).values()
        self.fields["below"].choices = [  # type: ignore[attr-defined]
            ("", _("All of the house")),
            *((one.id, f"{one.code} {one.name}".strip()) for one in places),
        ]
        classes = [(one.code, one.name) for one in catalog.storage_classes()]
        self.fields["storage_class"].choices = [*classes, ("", _("Goods without one"))]  # type: ignore[attr-defined]
        self.fields["storage_class"].initial = classes[0][0] if classes else ""


class SearchForm(forms.Form):
    """How to search, and for how long."""

    limit_s = forms.TypedChoiceField(
        label=_("How long to search"),
        coerce=int,
        choices=SECONDS,
        initial=120,
    )
    method = forms.ChoiceField(label=_("How to search"), choices=tuple(METHODS.items()), initial="auto")


class WeeksForm(forms.Form):
    """What moving costs, and by when it must have paid."""

    per_move = forms.FloatField(
        label=_("One move is as much work as walking"),
        min_value=0,
        max_value=1_000_000,
        initial=300,
        help_text=_("Five minutes are about 300 m."),
    )
    moves_a_week = forms.IntegerField(label=_("Moves a week"), min_value=1, max_value=10_000, initial=20)
    weeks = forms.IntegerField(label=_("It must have paid after so many weeks"), min_value=1, max_value=520, initial=12)
    days = forms.TypedChoiceField(
        label=_("How often kits are picked is told for"), coerce=int, choices=((1, _("A day")), *DAYS), initial=7
    )

    def __init__(self, days: int | None, given: dict[str, Any]) -> None:
        """What is not given is as usual; ``days`` of orders are known of a study from stock."""
        self._days = days
        super().__init__(self.usual() | given)
        if days is not None:
            del self.fields["days"]

    @property
    def labour(self) -> Labour:
        """The same for the decision; as usual where the form is wrong."""
        told = self.cleaned_data if self.is_valid() else self.usual()
        periods = 7 / (self._days or told["days"])
        return Labour(float(told["per_move"]), 0.0, told["moves_a_week"], told["weeks"], periods)

    @classmethod
    def usual(cls) -> dict[str, Any]:
        """What is taken where nothing else is told."""
        return {name: field.initial for name, field in cls.base_fields.items()}
