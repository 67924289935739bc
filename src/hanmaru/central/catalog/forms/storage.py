"""A new storage class."""

from django import forms
from django.utils.translation import gettext_lazy as _


class StorageClassForm(forms.Form):
    """Its name; the code is made from it where none is given."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("For example: safe, shoe rack, cold, flammable.")
    )
    code = forms.CharField(
        label=_("Code"), max_length=30, required=False, help_text=_("Latin letters. Without one, we make it.")
    )
