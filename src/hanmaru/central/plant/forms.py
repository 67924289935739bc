"""Forms of the plant's pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hanmaru.floor.asset import BadPath, level_of
from hanmaru.floor.subjects import NAME, BadName


class SiteForm(forms.Form):
    """A new site."""

    label = forms.CharField(label=_("Name of the plant"), max_length=80)
    label_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    name = forms.CharField(
        label=_("Name in addresses"),
        max_length=32,
        help_text=_(
            "Small letters, digits and -. Machines and the history use it. It is your company's alone, for good."
        ),
    )


class ConnectionForm(forms.Form):
    """What a connection is called and which machine its values belong to."""

    name = forms.SlugField(
        label=_("Name of the connection"),
        max_length=64,
        help_text=_("Small letters, digits and -, such as press-1."),
    )
    asset = forms.CharField(
        label=_("Machine"),
        max_length=400,
        help_text=_("Plant, area, line and machine, parted by /. New ones are made."),
    )

    def __init__(self, *args: Any, site: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asset"].widget.attrs.update({"list": "assets", "placeholder": f"{site}/area/line-1/machine-1"})
        self._site = site

    def clean_name(self) -> str:
        """Refuse what cannot stand in a subject of the bus, and `new`, which is the address of this form."""
        name: str = self.cleaned_data["name"]
        if not NAME.fullmatch(name):
            raise forms.ValidationError(str(BadName(name=name)))
        if name == "new":
            raise forms.ValidationError(_("Choose another name."))
        return name

    def clean_asset(self) -> str:
        """Refuse a path that cannot be one of this site."""
        path: str = self.cleaned_data["asset"].strip().strip("/")
        try:
            level_of(path)
        except BadPath as error:
            raise forms.ValidationError(str(error)) from error
        if path.partition("/")[0] != self._site:
            raise forms.ValidationError(_("It begins with %(site)s/"), params={"site": self._site})
        return path
