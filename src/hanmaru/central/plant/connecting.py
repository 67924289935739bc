"""Forms for the configuration of a driver, made from what the gateway tells of its fields.

The gateway answers `drivers` with (name, type, bounds, description) of every field; see hanmaru.floor.shapes.describe.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hanmaru.central.plant.services import SECRET

CHOICE: Final = re.compile(r'`"([^"`]*)"`')
LEFT_OUT: Final = "may be left out"
PREFIX: Final = "config-"


class Listed(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> Any:
        """Make a list of the lines."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class Written(forms.CharField):
    """What has no field of its own, as JSON."""

    widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "false"})

    def clean(self, value: Any) -> Any:
        """Read the JSON. Raise ValidationError."""
        text = super().clean(value)
        try:
            return json.loads(text) if text else None
        except ValueError as error:
            raise ValidationError(_("Write it as JSON: %(why)s") % {"why": str(error)}) from error


class DriverForm(forms.Form):
    """The configuration of one driver: ``needed`` fields first, all others may stay as they are."""

    def __init__(self, driver: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needed: list[str] = []
        for told in driver["fields"]:
            name = PREFIX + told["name"]
            self.fields[name] = _field(told)
            if self.fields[name].required:
                self.needed.append(name)

    def first_fields(self) -> list[Any]:
        """The fields that must be filled in."""
        return [self[name] for name in self.needed]

    def other_fields(self) -> list[Any]:
        """All others."""
        return [one for one in self if one.name not in self.needed]

    def config(self) -> dict[str, Any]:
        """What was filled in, for the gateway; what was left empty is left to the driver."""
        return {
            name.removeprefix(PREFIX): value
            for name, value in self.cleaned_data.items()
            if value not in (None, "", []) or (value is False and name in self.changed_data)
        }


def _field(told: Mapping[str, str]) -> forms.Field:
    kind, bounds = told["type"].removesuffix(" or null"), told["bounds"]
    common: dict[str, Any] = {
        "label": told["name"].replace("_", " "),
        "help_text": " · ".join(filter(None, (told["description"], bounds.replace(LEFT_OUT, "").strip(", ")))),
        "required": LEFT_OUT not in bounds and told["type"] == kind,
    }
    if choices := CHOICE.findall(kind):
        return forms.ChoiceField(choices=[("", "–"), *((one, one) for one in choices)], **common)
    if kind == "true or false":
        return forms.NullBooleanField(
            widget=forms.Select(choices=[("", "–"), ("true", _("Yes")), ("false", _("No"))]), **common
        )
    if kind == "whole number":
        return forms.IntegerField(**common)
    if kind == "number":
        return forms.FloatField(**common)
    if kind == "text":
        hidden = SECRET.search(told["name"])
        return forms.CharField(widget=forms.PasswordInput(render_value=True) if hidden else forms.TextInput(), **common)
    return Listed(**common) if kind == "list of text" else Written(**common)
