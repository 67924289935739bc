"""How much there is of what, and where it lies."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies.access import Can, holds
from hanmaru.central.companies.views.access import needs
from hanmaru.central.stock import queries, services
from hanmaru.central.stock.forms import CorrectionForm, MoveForm, fresh_key
from hanmaru.kernel.errors import HanmaruError

PAGE = 50


def cursor(request: HttpRequest, name: str = "after") -> int | None:
    """The key a list goes on from; a mangled one begins anew."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def turned(request: HttpRequest, after: int | None) -> str:
    """The address of the same list, going on after a key; its beginning without one."""
    query = request.GET.copy()
    query.pop("after", None)
    if after is not None:
        query["after"] = str(after)
    return f"?{query.urlencode()}"


@needs(Can.SEE_STOCK)
def variants(request: HttpRequest) -> HttpResponse:
    """All that is sold or stored, with its figures."""
    text = request.GET.get("q", "").strip()
    cards = catalog.search_variants(text, after=cursor(request), limit=PAGE + 1)
    shown, more = cards[:PAGE], len(cards) > PAGE
    figures = queries.figures([card.id for card in shown])
    context = {
        "rows": [{"card": card, "figures": figures[card.id]} for card in shown],
        "q": text,
        "next_url": turned(request, shown[-1].id) if more else "",
        "first_url": "" if cursor(request) is None else turned(request, None),
        "totals": queries.totals() if not text else None,
    }
    return render(request, "stock/list.html", context)


@needs(Can.SEE_STOCK)
def variant(request: HttpRequest, variant_id: int) -> HttpResponse:
    """One variant: its figures, where it lies, its last moves."""
    context = {
        "card": catalog.variant_card(variant_id),
        "figures": queries.figures([variant_id])[variant_id],
        "balances": queries.balances_of(variant_id),
        "moves": queries.moves(variant=variant_id, limit=20),
        "may_correct": holds(request.membership, Can.CORRECT_STOCK),  # type: ignore[attr-defined]
    }
    return render(request, "stock/variant.html", context)


def _form_page(request: HttpRequest, template: str, card: catalog.VariantCard, form: Form) -> HttpResponse:
    context = {"card": card, "form": form, "balances": queries.balances_of(card.id)}
    return render(request, template, context, status=422 if form.errors else 200)


def _lot(variant_id: int, number: str, *, new: bool) -> int | None:
    """A lot that goods are taken from must be known; one that goods are found of may be new."""
    return services.lot_for(variant_id, number) if number and new else queries.lot_id(variant_id, number)


@needs(Can.CORRECT_STOCK)
def correct(request: HttpRequest, variant_id: int) -> HttpResponse:
    """Write off, find, or open stock at a place."""
    card = catalog.variant_card(variant_id)
    form = CorrectionForm(request.POST or None, initial={"key": fresh_key()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            place = queries.place_by_code(data["place"])
            services.correct(
                variant=variant_id,
                place=place.id,
                difference=form.difference(),
                reason=services.MoveReason(data["reason"]),
                key=f"page:{data['key']}",
                note=data["note"],
                lot=_lot(variant_id, data["lot"], new=form.difference() > 0),
            )
        except HanmaruError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Corrected."))
            return redirect("stock:variant", variant_id)
    return _form_page(request, "stock/correct.html", card, form)


@needs(Can.CORRECT_STOCK)
def move(request: HttpRequest, variant_id: int) -> HttpResponse:
    """Carry goods from one place to another."""
    card = catalog.variant_card(variant_id)
    form = MoveForm(request.POST or None, initial={"key": fresh_key()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.move_goods(
                variant=variant_id,
                from_place=queries.place_by_code(data["from_place"]).id,
                to_place=queries.place_by_code(data["to_place"]).id,
                quantity=data["quantity"],
                key=f"page:{data['key']}",
                lot=queries.lot_id(variant_id, data["lot"]),
            )
        except HanmaruError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Moved."))
            return redirect("stock:variant", variant_id)
    return _form_page(request, "stock/move.html", card, form)
