"""Fields that several forms of the catalogue share."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hanmaru.kernel.money import Money, exponent

_SIGNS = re.compile(r"[,\s₩￦원]|KRW", re.IGNORECASE)


class MoneyField(forms.Field):
    """An amount as people write it ("50,000원"), as an integer of the minor unit; None when empty."""

    default_error_messages = {"amount": _("Write digits only, for example 50000.")}  # noqa: RUF012 -- as Django reads it

    def __init__(self, *, currency: str = "KRW", **options: Any) -> None:
        self.currency = currency
        mode = "decimal" if exponent(currency) else "numeric"
        widget = forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off", "class": "number"})
        super().__init__(**{"widget": widget, **options})

    def prepare_value(self, value: Any) -> Any:
        """The amount in whole units with thousands set apart; what was typed wrongly as it was."""
        if not isinstance(value, int):
            return value
        return f"{Money(value, self.currency).major:,}"

    def to_python(self, value: Any) -> Any:
        """The amount in the minor unit; raises ValidationError."""
        text = _SIGNS.sub("", str(value or "")[:60])
        if not text:
            return None
        try:
            amount = Decimal(text).scaleb(exponent(self.currency))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount != amount.to_integral_value() or abs(amount) > 10**15:
            raise forms.ValidationError(self.error_messages["amount"], code="amount")
        return int(amount)


def number_field(label: Any, most: int, **options: Any) -> forms.IntegerField:
    """A whole number from 1 to ``most``, or nothing."""
    widget = forms.NumberInput(attrs={"inputmode": "numeric", **options.pop("attrs", {})})
    return forms.IntegerField(label=label, min_value=1, max_value=most, required=False, widget=widget, **options)
