"""Forms of the settings: the company, the person, the devices."""

import re
import zoneinfo
from datetime import date, datetime, time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.access import SCOPES
from hanmaru.central.companies.forms.entry import NewPasswordField, PresentPasswordField, language_field, name_field
from hanmaru.central.companies.services import TextSize
from hanmaru.central.companies.trail_words import TABLES

_AREAS: Final = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_TAX_OFFICE_WEIGHTS: Final = (1, 3, 7, 1, 3, 7, 1, 3, 5)


def _time_zones() -> list[tuple[str, str]]:
    names = sorted(name for name in zoneinfo.available_timezones() if name.split("/")[0] in _AREAS)
    return [(name, name.replace("_", " ")) for name in ["Asia/Seoul", *(n for n in names if n != "Asia/Seoul")]]


def checked_business_number(text: str) -> str:
    """A Korean business number, as 000-00-00000; its last digit checks the others (National Tax Service)."""
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"\d{10}", digits):
        raise ValidationError(_("A business number has 10 digits, such as 123-45-67891."))
    total = sum(int(digit) * weight for digit, weight in zip(digits, _TAX_OFFICE_WEIGHTS, strict=False))
    total += int(digits[8]) * 5 // 10
    if (10 - total % 10) % 10 != int(digits[9]):
        raise ValidationError(_("This business number is not right. Compare it with the certificate."))
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"


def checked_gs1_prefix(text: str) -> str:
    """A GS1 company prefix: 6 to 12 digits, as the partition table of SGTIN has them (GS1 EPC TDS, section 14.2)."""
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"\d{6,12}", digits):
        raise ValidationError(_("A GS1 company prefix has 6 to 12 digits. It stands on your GS1 certificate."))
    if digits.startswith("2"):
        raise ValidationError(_("Numbers beginning with 2 are for use inside a shop. See your GS1 certificate."))
    return digits


class CompanyForm(forms.Form):
    """What a company says of itself."""

    name = forms.CharField(label=_("Company name"), max_length=120)
    business_number = forms.CharField(label=_("Business number"), max_length=20, required=False)
    phone = forms.RegexField(
        r"^\+?[0-9 ()-]{5,29}$",
        label=_("Phone"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"invalid": _("Use digits, blanks and hyphens, such as 02-123-4567.")},
    )
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    gs1_prefix = forms.CharField(
        label=_("GS1 company prefix"),
        max_length=20,
        required=False,
        help_text=_("Only if you have one. Barcodes and RFID tags are then numbered by it."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_time_zones)

    def clean_business_number(self) -> str:
        """As :func:`checked_business_number`, or empty."""
        text = self.cleaned_data["business_number"]
        return checked_business_number(text) if text else ""

    def clean_gs1_prefix(self) -> str:
        """As :func:`checked_gs1_prefix`, or empty."""
        text = self.cleaned_data["gs1_prefix"]
        return checked_gs1_prefix(text) if text else ""


class OrderPageForm(forms.Form):
    """The page on which customers order."""

    order_page_open = forms.BooleanField(label=_("Customers may order on this page"), required=False)
    slug = forms.RegexField(
        r"^[a-z0-9](?:[a-z0-9-]{1,48})[a-z0-9]$",
        label=_("Ending of its address"),
        help_text=_("Small letters, digits and hyphens. Links given out before end to work when you change it."),
        error_messages={"invalid": _("Use 3 to 50 small letters, digits and hyphens.")},
    )


class ProfileForm(forms.Form):
    """What a person says of themselves."""

    name = name_field()
    language = language_field()
    text_size = forms.ChoiceField(label=_("Text size"), choices=TextSize.choices, widget=forms.RadioSelect)


class PasswordForm(forms.Form):
    """Changing one's own password."""

    present = PresentPasswordField(label=_("Present password"))
    new = NewPasswordField(label=_("New password"))


class DeviceForm(forms.Form):
    """A token for a device or a program."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What and where it is: “Gate reader, dock 1”."))
    scopes = forms.MultipleChoiceField(
        label=_("May do"),
        choices=lambda: list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing that the device may do.")},
    )
    expires_on = forms.DateField(
        label=_("Good until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave empty for no end."),
    )

    def clean_expires_on(self) -> date | None:
        """A day to come."""
        day: date | None = self.cleaned_data["expires_on"]
        if day is not None and day < timezone.localdate():
            raise ValidationError(_("This day has passed. Choose a later one."))
        return day

    def expires_at(self) -> datetime | None:
        """The end of that day where the company is."""
        day: Any = self.cleaned_data["expires_on"]
        return timezone.make_aware(datetime.combine(day, time.max)) if day else None


class TrailForm(forms.Form):
    """Which part of the audit trail to show."""

    table = forms.ChoiceField(label=_("What"), required=False)
    person = forms.TypedChoiceField(label=_("Who"), required=False, coerce=int, empty_value=None)
    row = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    after = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, people: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        everything, everybody = ("", _("Everything")), ("", _("Everybody"))
        words = sorted(((table, str(word)) for table, word in TABLES.items()), key=lambda pair: pair[1])
        self.fields["table"].choices = [everything, *words]  # type: ignore[attr-defined]
        self.fields["person"].choices = [everybody, *people]  # type: ignore[attr-defined]
