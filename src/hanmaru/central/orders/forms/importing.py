"""A sheet of orders handed in."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ImportForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=_("Excel or CSV file"),
        help_text=_("Up to 60 MB. Nothing is changed before you have seen what would happen."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
    )
