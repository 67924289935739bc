"""What a person fills in: forms of Django's, drawn big, with help and errors that name the remedy."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.template import Library
from django.template.context import Context

from hanmaru.central.web.parts.needs import PartError, attributes, needed

register = Library()


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, forms.FileInput):
        return "file"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "group" if bound.use_fieldset else "line"


@register.inclusion_tag("web/parts/field.html")
def field(
    bound: object, *, stepper: bool = False, unit: object = "", max_bytes: int | None = None
) -> dict[str, object]:
    """{% field form.name %}: label, help, widget, error. `stepper` puts big - and + beside a number."""
    if not isinstance(bound, BoundField):
        msg = "{% field %} needs a field of a form, as in {% field form.name %}"
        raise PartError(msg)
    needed("field", label=bound.label)
    return {"field": bound, "kind": _kind(bound), "stepper": stepper, "unit": unit, "max_bytes": max_bytes}


@register.inclusion_tag("web/parts/fields.html")
def fields(form: forms.BaseForm) -> dict[str, object]:
    """{% fields form %}: the error summary, then every field of the form."""
    return {"form": form}


@register.inclusion_tag("web/parts/error_summary.html")
def error_summary(form: forms.BaseForm, *, focus: bool = True) -> dict[str, object]:
    """{% error_summary form %}: what to mend, each error a link to its field; nothing where there is none."""
    return {"form": form, "focus": focus}


@register.inclusion_tag("web/parts/form.html", takes_context=True)
def form(
    context: Context,
    form: forms.BaseForm,
    *,
    submit: object,
    action: str = "",
    icon: str = "check",
    cancel: str = "",
    big: bool = False,
    **attrs: Any,
) -> dict[str, object]:
    """{% form form submit=_("Save") cancel=url %}: the whole form, posted, with its CSRF token."""
    needed("form", submit=submit)
    return {
        "form": form,
        "submit": submit,
        "action": action,
        "icon": icon,
        "cancel": cancel,
        "big": big,
        "attrs": attributes(attrs),
        "csrf_token": context.get("csrf_token", ""),
    }


@register.inclusion_tag("web/parts/quantity.html")
def quantity(
    name: str,
    label: object,
    value: int,
    *,
    min: int = 0,  # noqa: A002 - the words of HTML
    max: int | None = None,  # noqa: A002
    step: int = 1,
    unit: object = "",
    form: str = "",
) -> dict[str, object]:
    """{% quantity "picked" _("Picked") 3 max=12 unit=_("pcs") %}: a number with big - and +, of the form `form`."""
    needed("quantity", name=name, label=label)
    given = {"name": name, "label": label, "value": value, "min": min, "max": max, "step": step, "unit": unit}
    return {**given, "form": form}


@register.inclusion_tag("web/parts/search_bar.html")
def search_bar(
    label: object, *, value: str = "", name: str = "q", action: str = "", target: str = ""
) -> dict[str, object]:
    """{% search_bar _("Find a product") value=q target="#products" %}: with `target` it filters as one types."""
    needed("search_bar", label=label)
    return {"label": label, "value": value, "name": name, "action": action, "target": target}


@register.inclusion_tag("web/parts/copy_field.html")
def copy_field(label: object, value: str, *, once: bool = False, help: object = "") -> dict[str, object]:  # noqa: A002
    """{% copy_field _("Device token") token once=True %}: to be copied; `once` warns it is not shown again."""
    needed("copy_field", label=label, value=value)
    return {"label": label, "value": value, "once": once, "help": help}
