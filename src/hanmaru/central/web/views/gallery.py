"""The gallery: every part in every state. The browser tests walk it; builders copy from it."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hanmaru.central.companies.views.access import open_to_all

_LONG = gettext_lazy("Sterling silver ring with a hand-engraved wave pattern, sanded, for couples (size exchange once)")


class SampleForm(forms.Form):
    """One field of each kind; what is wrong with it is wrong on purpose."""

    name = forms.CharField(
        label=gettext_lazy("Product name"), max_length=80, help_text=gettext_lazy("As customers see it.")
    )
    code = forms.SlugField(label=gettext_lazy("SKU"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Metal"), choices=[("s", gettext_lazy("Silver")), ("g", gettext_lazy("Gold"))]
    )
    way = forms.ChoiceField(
        label=gettext_lazy("Way of delivery"),
        choices=[("p", gettext_lazy("By parcel")), ("v", gettext_lazy("Collected by the customer"))],
        widget=forms.RadioSelect,
    )
    sizes = forms.MultipleChoiceField(
        label=gettext_lazy("Sizes"),
        choices=[("11", "11"), ("13", "13")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    quantity = forms.IntegerField(label=gettext_lazy("Quantity"), min_value=1, max_value=999)
    weight = forms.IntegerField(label=gettext_lazy("Weight"), required=False)
    on = forms.DateField(
        label=gettext_lazy("Arrives on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea, required=False)
    photo = forms.FileField(
        label=gettext_lazy("Photo"), required=False, help_text=gettext_lazy("JPEG, PNG or HEIC, up to 20 MB.")
    )
    gift = forms.BooleanField(label=gettext_lazy("Wrap it as a gift"), required=False)


def _seen_by(request: HttpRequest) -> None:
    user = getattr(request, "user", None)
    if not (settings.DEBUG or (user and user.is_authenticated)):
        raise Http404


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "sku": "RING-S925-11",
            "name": _("Silver ring, size 11"),
            "on_hand": 1240,
            "free": 1180,
            "tone": "ok",
            "state": _("Enough"),
        },
        {"sku": "RING-S925-13", "name": str(_LONG), "on_hand": 3, "free": 0, "tone": "warn", "state": _("Runs low")},
        {
            "sku": "SHOE-DERBY-265",
            "name": _("Derby shoe 265"),
            "on_hand": 0,
            "free": 0,
            "tone": "stop",
            "state": _("None left"),
        },
    ]


def _steps(current: int, *, stopped: bool = False) -> list[dict[str, Any]]:
    words = [_("Ordered"), _("Confirmed"), _("Reserved"), _("Picking"), _("Packed"), _("Shipped")]
    at = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
    state = ["done"] * current + ["stopped" if stopped else "current"] + ["todo"] * (len(words) - current - 1)
    return [
        {
            "label": word,
            "state": what,
            "at": at if what != "todo" else None,
            "actor": _("Office") if what != "todo" else "",
        }
        for word, what in zip(words, state, strict=True)
    ]


@open_to_all
@require_http_methods(["GET", "POST"])
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every part; a POST shows the sample form as it was filled in."""
    _seen_by(request)
    messages.success(request, _("Saved: 3 products."))
    wrong = SampleForm({"name": "", "code": "no spaces", "quantity": "0", "way": "x"})
    form = SampleForm(request.POST, request.FILES) if request.method == "POST" else SampleForm(initial={"quantity": 12})
    context = {
        "rows": _rows(),
        "long": _LONG,
        "form": form,
        "wrong": wrong,
        "steps": _steps(3),
        "stopped": _steps(2, stopped=True),
        "tones": ["ok", "info", "wait", "warn", "stop", "plain"],
    }
    return render(request, "web/gallery.html", context)


@open_to_all
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """Show a scan screen that takes any code starting with A and refuses others; it stores nothing."""
    _seen_by(request)
    code = request.POST.get("code", "")
    tone = "info" if not code else "ok" if code.upper().startswith("A") else "stop"
    context = {"code": code, "tone": tone}
    return render(request, "web/gallery_scan_step.html" if code else "web/gallery_scan.html", context)
