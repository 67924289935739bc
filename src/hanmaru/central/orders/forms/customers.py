"""Who orders."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CustomerForm(forms.Form):
    """A customer's card."""

    name = forms.CharField(label=_("Name"), max_length=120)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    country = forms.CharField(label=_("Country"), max_length=60, required=False)
