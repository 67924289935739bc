"""Labels to print, as a PDF that the browser opens."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hanmaru.central.catalog import labels, queries, services
from hanmaru.central.catalog.queries import VariantCard
from hanmaru.central.catalog.views.answers import blame, found
from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.kernel.errors import HanmaruError

ITEM, TAG = "item", "tag"


class LabelsForm(forms.Form):
    """What is printed, and how often."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is printed"),
        choices=[
            (ITEM, gettext_lazy("Barcode labels, all the same")),
            (TAG, gettext_lazy("Tag labels, each with a number of its own")),
        ],
        widget=forms.RadioSelect,
        initial=ITEM,
    )
    copies = forms.IntegerField(
        label=gettext_lazy("How many of each variant"), min_value=1, max_value=labels.MOST, initial=1
    )


@needs(Can.EDIT_PRODUCTS, Can.WORK_IN_WAREHOUSE)
@require_http_methods(["GET", "HEAD", "POST"])
@found
def variant_labels(request: HttpRequest, variant_id: int) -> HttpResponse:
    """Labels of one variant."""
    return _labels(request, [queries.variant_card(variant_id)])


@needs(Can.EDIT_PRODUCTS, Can.WORK_IN_WAREHOUSE)
@require_http_methods(["GET", "HEAD", "POST"])
@found
def product_labels(request: HttpRequest, product_id: int) -> HttpResponse:
    """Labels of all variants of a product."""
    queries.product_card(product_id)
    return _labels(request, queries.variants_of(product_id))


def _labels(request: HttpRequest, cards: list[VariantCard]) -> HttpResponse:
    form = LabelsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        count = len(cards) * form.cleaned_data["copies"]
        if count > labels.MOST:
            told = _("That makes %(count)s labels; at most %(most)s are printed at once. Print fewer of each.")
            form.add_error("copies", told % {"count": count, "most": labels.MOST})
        else:
            try:
                return _pdf(cards, form.cleaned_data["kind"], form.cleaned_data["copies"])
            except HanmaruError as error:
                blame(form, error)
    context = {"form": form, "cards": cards, "first": cards[0] if cards else None}
    return render(request, "catalog/labels.html", context, status=422 if form.errors else 200)


def _pdf(cards: list[VariantCard], kind: str, copies: int) -> HttpResponse:
    font = labels.font_file(settings.FRONT_END_PACKAGES)  # before tag numbers are used up
    printed: list[labels.Label] = []
    for card in cards:
        if kind == TAG:
            printed += [
                labels.Label(epc, card.shown_name, card.label, (card.sku, epc))
                for epc in services.new_tags(card.id, copies)
            ]
        else:
            code = card.gtin_printed or card.own_barcode
            printed += [labels.Label(code, card.shown_name, card.label, (card.sku, code))] * copies
    response = HttpResponse(labels.sheet(printed, font), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="labels.pdf"'
    response["Cache-Control"] = "no-store"
    return response
