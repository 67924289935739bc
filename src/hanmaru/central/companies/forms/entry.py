"""Forms at the door: signing up, logging in, joining, a new password."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

PASSWORD_ADVICE = _("At least 10 characters. Three or four words in a row are easy to remember and hard to guess.")


def _text(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs=attributes)


class EmailField(forms.EmailField):
    """An e-mail address, kept in lower case."""

    def __init__(self, **options: Any) -> None:
        widget = forms.EmailInput(attrs={"autocomplete": "username", "inputmode": "email", "spellcheck": "false"})
        super().__init__(**{"label": _("E-mail"), "max_length": 254, "widget": widget, **options})

    def to_python(self, value: Any) -> str:
        """Take capitals and blanks away: a phone's keyboard adds them by itself."""
        return (super().to_python(value) or "").strip().lower()


class NewPasswordField(forms.CharField):
    """A password to be: the browser may propose one, and it may be looked at."""

    def __init__(self, **options: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "data-shows-password": ""})
        given = {"label": _("Password"), "help_text": PASSWORD_ADVICE, "max_length": 200, "strip": False}
        super().__init__(**{**given, "widget": widget, **options})


class PresentPasswordField(forms.CharField):
    """A password that exists."""

    def __init__(self, **options: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "current-password", "data-shows-password": ""})
        super().__init__(**{"label": _("Password"), "max_length": 200, "strip": False, "widget": widget, **options})


def name_field(**options: Any) -> forms.CharField:
    """A person's name."""
    return forms.CharField(label=_("Your name"), max_length=80, widget=_text(autocomplete="name"), **options)


def language_field() -> forms.ChoiceField:
    """The language of the pages."""
    return forms.ChoiceField(label=_("Language"), choices=[("ko", "한국어"), ("en", "English")])


class SignUpForm(forms.Form):
    """A company and its owner."""

    company_name = forms.CharField(label=_("Company name"), max_length=120, widget=_text(autocomplete="organization"))
    person_name = name_field()
    email = EmailField()
    password = NewPasswordField()
    language = language_field()


class LogInForm(forms.Form):
    """Who somebody says they are."""

    email = EmailField()
    password = PresentPasswordField()
    next = forms.CharField(required=False, widget=forms.HiddenInput)
