"""Forms about the people of a company."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.access import Role
from hanmaru.central.companies.forms.entry import EmailField, NewPasswordField, language_field, name_field


class RolesField(forms.MultipleChoiceField):
    """The roles of a person, at least one."""

    def __init__(self, **options: Any) -> None:
        given = {
            "label": _("Roles"),
            "choices": Role.choices,
            "widget": forms.CheckboxSelectMultiple,
            "error_messages": {"required": _("Choose at least one role.")},
        }
        super().__init__(**{**given, **options})


class InviteForm(forms.Form):
    """Whom to invite."""

    roles = RolesField()
    email = EmailField(required=False, help_text=_("With an address, only this person can use the link."))


class RolesForm(forms.Form):
    """What a person does from now on."""

    roles = RolesField()


class JoinForm(forms.Form):
    """An account for whoever was invited."""

    name = name_field()
    email = EmailField()
    password = NewPasswordField()
    language = language_field()

    def __init__(self, *arguments: Any, email: str = "", **options: Any) -> None:
        super().__init__(*arguments, **options)
        if email:
            self.fields["email"].disabled = True
            self.initial["email"] = email


class NewPasswordForm(forms.Form):
    """A password to be."""

    password = NewPasswordField(label=_("New password"))
