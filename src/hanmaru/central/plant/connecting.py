"""Forms for the configuration of a driver, made from what the gateway tells of its fields.

The gateway answers `drivers` with (name, type, bounds, description) of every field; see hanmaru.floor.shapes.describe.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hanmaru.central.plant.field_labels import LABELS
from hanmaru.central.plant.services import SECRET
from hanmaru.floor.shapes import WrongShape, from_json

CHOICE: Final = re.compile(r'`"([^"`]*)"`')
LEFT_OUT: Final = "may be left out"
PREFIX: Final = "config-"
WHERE: Final = {"transport", "host", "port", "line", "path", "mode", "groups", "topics"}
"""Fields that say where a device is: asked first, though a driver may know a value to begin with."""

LONGEST: Final = re.compile(r"at most (\d+) characters")
MOST: Final = re.compile(r"at most (\d+)")
BETWEEN: Final = re.compile(r"(\S+) to (\S+)")


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
            return from_json(text) if text else None
        except WrongShape as error:
            why = str(error.__cause__ or error)
            raise ValidationError(_("Write it as JSON: %(why)s") % {"why": why}) from error


class DriverForm(forms.Form):
    """The configuration of one driver: first what must be said and where the device is; all else may stay as it is."""

    def __init__(self, driver: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needed: list[str] = []
        for told in driver["fields"]:
            name = PREFIX + told["name"]
            self.fields[name] = _field(told)
            if self.fields[name].required or told["name"] in WHERE:
                self.needed.append(name)

    def first_fields(self) -> list[Any]:
        """What must be filled in, and where the device is."""
        return [self[name] for name in self.needed]

    def other_fields(self) -> list[Any]:
        """All others."""
        return [one for one in self if one.name not in self.needed]

    def is_wrong_below(self) -> bool:
        """Whether something is wrong with one of the others, which are folded away."""
        return any(one.errors for one in self.other_fields())

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
        "label": LABELS.get(told["name"]) or told["name"].replace("_", " "),
        "help_text": _help(told["description"], bounds),
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
        longest = next((int(found[1]) for found in map(LONGEST.fullmatch, bounds.split(", ")) if found), None)
        widget = forms.PasswordInput(render_value=True) if hidden else forms.TextInput()
        return forms.CharField(widget=widget, max_length=longest, **common)
    return Listed(**common) if kind == "list of text" else Written(**common)


def _help(description: str, bounds: str) -> SafeString:
    """A field's description and bounds in the reader's language; what stands between backticks as code.

    How many characters fit is said only to who writes more.
    """
    said = [_(description)] if description else []
    said += [_bound(one) for one in bounds.split(", ") if one and one != LEFT_OUT and not LONGEST.fullmatch(one)]
    parts = " · ".join(said).split("`")
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", one) if at % 2 else one,) for at, one in enumerate(parts))
    )


def _bound(told: str) -> str:
    """One bound, as hanmaru.floor.shapes.describe words it, in the reader's language."""
    if found := MOST.fullmatch(told):
        return _("at most %(count)s") % {"count": found[1]}
    if found := BETWEEN.fullmatch(told):
        return _("%(low)s to %(high)s") % {"low": found[1], "high": found[2]}
    return told
