"""The page of one variant: what it is told by, its barcodes and its tags."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from hanmaru.central.catalog import queries, services
from hanmaru.central.catalog.forms.products import BarcodeForm, BindForm, TagsForm, VariantForm
from hanmaru.central.catalog.views.answers import blame, found, refusals_told
from hanmaru.central.catalog.views.products import PAGE, after_of
from hanmaru.central.companies.access import Can, holds
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.kernel.errors import HanmaruError


@needs(Can.SEE_STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
@found
def variant(request: HttpRequest, variant_id: int) -> HttpResponse:
    """One variant; posting changes it."""
    member = cast("MemberRequest", request)
    may_edit = holds(member.membership, Can.EDIT_PRODUCTS)
    card = queries.variant_card(variant_id)
    initial = {name: getattr(card, name) for name in VariantForm.base_fields}
    initial |= {"price": card.price if card.own_price else None, "gtin": card.gtin_printed}
    data = request.POST if request.method == "POST" and may_edit else None
    form = VariantForm(data, initial=initial, currency=member.company.currency, listed=card.price)
    if data is not None and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        try:
            services.edit_variant(variant_id, **cast("services.VariantFields", changes))
        except HanmaruError as error:
            blame(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("catalog:variant", variant_id)
    return render(request, "catalog/variant.html", _context(request, card, form), status=422 if form.errors else 200)


def _context(request: HttpRequest, card: queries.VariantCard, form: VariantForm) -> dict[str, object]:
    tags = queries.tags_of(card.id, after=after_of(request), limit=PAGE + 1)
    return {
        "card": card,
        "form": form,
        "may_edit": holds(cast("MemberRequest", request).membership, Can.EDIT_PRODUCTS),
        "may_tag": holds(cast("MemberRequest", request).membership, Can.EDIT_PRODUCTS, Can.WORK_IN_WAREHOUSE),
        "barcodes": queries.barcodes_of(card.id),
        "tags": tags[:PAGE],
        "following": f"?after={tags[PAGE - 1].id}" if len(tags) > PAGE else "",
        "barcode_form": BarcodeForm(),
        "tags_form": TagsForm(),
        "bind_form": BindForm(),
    }


@needs(Can.EDIT_PRODUCTS)
@require_POST
@found
def archive(request: HttpRequest, variant_id: int) -> HttpResponse:
    """Take one variant off sale, or put it back."""
    product_id = queries.variant_card(variant_id).product_id
    if "restore" in request.POST:
        services.restore_variant(variant_id)
        messages.success(request, _("Back on sale."))
    else:
        services.archive_variant(variant_id)
        messages.success(request, _("Taken off sale."))
    return redirect("catalog:product", product_id)


@needs(Can.EDIT_PRODUCTS)
@require_POST
@found
def barcodes(request: HttpRequest, variant_id: int) -> HttpResponse:
    """Add another barcode, or take one away."""
    queries.variant_card(variant_id)  # another company's is not found, whatever is asked for
    form = BarcodeForm(request.POST)
    with refusals_told(request):
        if "remove" in request.POST:
            gone = request.POST["remove"]
            services.remove_barcode(int(gone) if gone.isdecimal() else 0)
            messages.success(request, _("Barcode taken away."))
        elif form.is_valid():
            services.add_barcode(variant_id, **form.cleaned_data)
            messages.success(request, _("Barcode added."))
        else:
            messages.error(request, _first_error(form))
    return redirect("catalog:variant", variant_id)


@needs(Can.EDIT_PRODUCTS, Can.WORK_IN_WAREHOUSE)
@require_POST
@found
def tags(request: HttpRequest, variant_id: int) -> HttpResponse:
    """Give numbers to new tags, bind one that has a number, or take one out of use."""
    queries.variant_card(variant_id)  # another company's is not found, whatever is asked for
    with refusals_told(request):
        if "retire" in request.POST:
            services.retire_tag(request.POST["retire"])
            messages.success(request, _("The tag is out of use."))
        elif "epc" in request.POST:
            _bind(request, variant_id)
        else:
            _number(request, variant_id)
    return redirect("catalog:variant", variant_id)


def _bind(request: HttpRequest, variant_id: int) -> None:
    form = BindForm(request.POST)
    if form.is_valid():
        services.bind_tag(variant_id=variant_id, **form.cleaned_data)
        messages.success(request, _("Tag bound."))
    else:
        messages.error(request, _first_error(form))


def _number(request: HttpRequest, variant_id: int) -> None:
    form = TagsForm(request.POST)
    if form.is_valid():
        made = services.new_tags(variant_id, form.cleaned_data["count"])
        told = ngettext("%(count)s tag number made.", "%(count)s tag numbers made.", len(made))
        messages.success(request, told % {"count": len(made)})
    else:
        messages.error(request, _first_error(form))


def _first_error(form: BarcodeForm | TagsForm | BindForm) -> str:
    name, errors = next(iter(form.errors.items()))
    return f"{form.fields[name].label}: {errors[0]}"
