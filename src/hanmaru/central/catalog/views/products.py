"""Pages of products: the list, one product, making and changing one."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanmaru.central.catalog import queries, services
from hanmaru.central.catalog.errors import TooManyVariants
from hanmaru.central.catalog.forms.options import OptionsForm, sentence
from hanmaru.central.catalog.forms.products import NewProductForm, ProductForm, VariantTable
from hanmaru.central.catalog.views.answers import blame, found
from hanmaru.central.companies import queries as companies
from hanmaru.central.companies import trail_words
from hanmaru.central.companies.access import Can, holds
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.kernel.errors import HanmaruError

PAGE = 50
HISTORY = 5


def after_of(request: HttpRequest) -> int | None:
    """The id behind which the page begins; nonsense begins at the beginning."""
    text = request.GET.get("after", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _currency(request: HttpRequest) -> str:
    return str(cast("MemberRequest", request).company.currency)


@needs(Can.SEE_STOCK)
@require_safe
def product_list(request: HttpRequest) -> HttpResponse:
    """All products, newest first; searched while one types."""
    text, archived = request.GET.get("q", "").strip(), request.GET.get("state") == "archived"
    rows = queries.product_rows(text, after=after_of(request), limit=PAGE + 1, archived=archived)
    following = ""
    if len(rows) > PAGE:
        kept = {"q": text, "state": "archived" if archived else "", "after": rows[PAGE - 1].id}
        following = "?" + urlencode({name: value for name, value in kept.items() if value})
    context = {
        "rows": rows[:PAGE],
        "following": following,
        "text": text,
        "archived": archived,
        "may_edit": holds(cast("MemberRequest", request).membership, Can.EDIT_PRODUCTS),
        "may_import": holds(cast("MemberRequest", request).membership, Can.IMPORT),
    }
    return render(request, "catalog/list.html", context)


@needs(Can.SEE_STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
@found
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    """One product; posting changes prices, barcodes and weights of the variants on the page."""
    may_edit = holds(cast("MemberRequest", request).membership, Can.EDIT_PRODUCTS)
    card = queries.product_card(product_id)  # another company's is not found, whatever is asked for
    cards = queries.variants_of(product_id, archived=True, after=after_of(request), limit=PAGE + 1)
    data = request.POST if request.method == "POST" and may_edit else None
    table = VariantTable(cards[:PAGE], data, currency=_currency(request))
    if data is not None and table.is_valid() and _save_table(table):
        messages.success(request, _("Saved."))
        return redirect(request.get_full_path())
    context = {
        "product": card,
        "photos": queries.photos_of(product_id),
        "options": queries.options_of(product_id),
        "table": table,
        "following": f"?after={cards[PAGE - 1].id}" if len(cards) > PAGE else "",
        "first_page": "after" not in request.GET,
        "may_edit": may_edit,
        "history": _history(request, product_id),
    }
    return render(request, "catalog/product.html", context, status=422 if table.errors else 200)


def _history(request: HttpRequest, product_id: int) -> list[dict[str, Any]]:
    """The last changes of the product itself, for those who may see them."""
    if not holds(cast("MemberRequest", request).membership, Can.SEE_TRAIL):
        return []
    steps = companies.trail(companies.TrailFilter(table="catalog_product", row=product_id)).steps[:HISTORY]
    return [
        {
            "step": step,
            "what": trail_words.sentence(step.table, step.operation, step.changes, step.count),
            "details": trail_words.details(step.table, step.operation, step.changes, step.count, {})[:4],
        }
        for step in steps
    ]


def _save_table(table: VariantTable) -> bool:
    for variant_id, changes in table.changes().items():
        try:
            services.edit_variant(variant_id, **cast("services.VariantFields", changes))
        except HanmaruError as error:
            column = next((name for name in ("gtin", "price", "weight_g") if name in changes), "price")
            table.add_error(f"{column}_{variant_id}", str(error))
    return not table.errors


@needs(Can.EDIT_PRODUCTS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Step 1 of a new product: its name and price."""
    form = NewProductForm(request.POST or None, currency=_currency(request))
    if request.method == "POST" and form.is_valid():
        try:
            product_id = services.create_product(**form.cleaned_data)
        except HanmaruError as error:
            blame(form, error)
        else:
            return redirect(f"{reverse('catalog:options', args=[product_id])}?new=1")
    context = {"form": form, "steps": steps(1)}
    return render(request, "catalog/new.html", context, status=422 if form.errors else 200)


def steps(current: int) -> list[dict[str, Any]]:
    """The line of steps of a new product."""
    words = [_("Name and price"), _("Options"), _("Photos")]
    states = ["done" if place < current else "current" if place == current else "todo" for place in (1, 2, 3)]
    return [{"label": word, "state": state} for word, state in zip(words, states, strict=True)]


@needs(Can.EDIT_PRODUCTS)
@require_http_methods(["GET", "HEAD", "POST"])
@found
def edit(request: HttpRequest, product_id: int) -> HttpResponse:
    """Change what a product is told by."""
    card = queries.product_card(product_id)
    names = ProductForm.base_fields
    form = ProductForm(
        request.POST or None, currency=_currency(request), initial={name: getattr(card, name) for name in names}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_product(product_id, **{name: form.cleaned_data[name] for name in form.changed_data})
        except HanmaruError as error:
            blame(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("catalog:product", product_id)
    return render(request, "catalog/edit.html", {"form": form, "product": card}, status=422 if form.errors else 200)


@needs(Can.EDIT_PRODUCTS)
@require_http_methods(["GET", "HEAD", "POST"])
@found
def options(request: HttpRequest, product_id: int) -> HttpResponse:
    """Options and values of a product; step 2 of a new one."""
    is_new = "new" in request.GET
    card = queries.product_card(product_id)
    given = request.POST if request.method == "POST" else None
    form = OptionsForm(queries.options_of(product_id), given, currency=_currency(request))
    if given is not None:
        try:
            change = services.set_options(product_id, form.specs())
        except (HanmaruError, ValidationError) as error:
            form.error = sentence(error)
        else:
            if is_new:
                return redirect(f"{reverse('catalog:photos', args=[product_id])}?new=1")
            messages.success(request, _change_told(change))
            return redirect("catalog:product", product_id)
    context = {"form": form, "product": card, "is_new": is_new, "steps": steps(2)}
    return render(request, "catalog/options.html", context, status=422 if form.error else 200)


def _change_told(change: services.OptionsChange) -> str:
    told = _("Options saved: %(made)s variants made, %(deleted)s deleted, %(archived)s archived.")
    return told % {"made": len(change.made), "deleted": change.deleted, "archived": change.archived}


@needs(Can.EDIT_PRODUCTS)
@require_POST
@found
def options_preview(request: HttpRequest, product_id: int) -> HttpResponse:
    """The chips and the count of variants while one types."""
    form = OptionsForm(queries.options_of(product_id), request.POST, currency=_currency(request))
    if form.count() > services.MOST_VARIANTS:
        form.error = str(TooManyVariants(count=form.count(), most=services.MOST_VARIANTS))
    return render(request, "catalog/options_values.html", {"form": form, "product": queries.product_card(product_id)})


@needs(Can.EDIT_PRODUCTS)
@require_POST
@found
def archive(request: HttpRequest, product_id: int) -> HttpResponse:
    """Take a product off sale, or put it back."""
    if "restore" in request.POST:
        services.restore_product(product_id)
        messages.success(request, _("Back on sale."))
    else:
        services.archive_product(product_id)
        messages.success(request, _("Archived. What lies in stock stays there."))
    return redirect("catalog:product", product_id)
