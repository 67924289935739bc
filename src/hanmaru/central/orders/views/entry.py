"""A new order by the clerk: scan or search, type how many, say for whom. Nothing is written before it is sent."""

from collections.abc import Sequence
from secrets import token_urlsafe
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.central.orders import queries, services
from hanmaru.central.orders.forms.entry import EnteredLine, RecipientForm, amount, entered, understood
from hanmaru.central.orders.queries import Channel, OrderState
from hanmaru.central.orders.views.answers import found
from hanmaru.floor.scan import parse
from hanmaru.kernel.errors import HanmaruError

_SHOWN = 8  # found products and customers offered at once


@needs(Can.EDIT_ORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_order(request: HttpRequest) -> HttpResponse:
    """An order that is not there yet; sent twice it is taken once."""
    if request.method == "POST":
        return _save(request, None)
    form = RecipientForm(initial=_customer_initial(request))
    return _page(request, form, [], once=token_urlsafe(16))


@needs(Can.EDIT_ORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@found
def edit_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """A draft is written anew."""
    card = queries.order_card(order_id)
    if card.state != OrderState.DRAFT:
        return redirect("orders:order", order_id)
    if request.method == "POST":
        return _save(request, order_id)
    lines = [
        EnteredLine(str(line.variant), str(line.quantity), amount(line.unit_price, card.currency), line.wording)
        for line in queries.lines_of(order_id)
    ]
    form = RecipientForm(
        initial={
            "customer": card.customer,
            "name": card.customer_name or card.ship_to_name,
            "phone": card.ship_to_phone,
            "address": card.ship_to_address,
            "note": card.note,
        }
    )
    return _page(request, form, lines, order=card)


@needs(Can.EDIT_ORDERS)
@require_safe
def find_products(request: HttpRequest) -> HttpResponse:
    """What the search field holds: a scanned or typed code adds its line at once, words offer what holds them."""
    text = request.GET.get("find", "").replace("\0", "").strip()[:120]
    if not text:
        return render(request, "orders/found_products.html", {"cards": [], "text": ""})
    try:
        exact = catalog.match(parse(text))
    except HanmaruError:
        cards = catalog.search_variants(text, limit=_SHOWN)
        return render(request, "orders/found_products.html", {"cards": cards, "text": text})
    line = _shown_line(request, EnteredLine(str(exact.variant.id), str(exact.quantity)), exact.variant)
    return render(request, "orders/found_exactly.html", {"line": line})


@needs(Can.EDIT_ORDERS)
@require_safe
@found
def add_line(request: HttpRequest, variant_id: int) -> HttpResponse:
    """The line of a product that was chosen."""
    card = catalog.variant_card(variant_id)
    line = _shown_line(request, EnteredLine(str(card.id)), card)
    return render(request, "orders/found_exactly.html", {"line": line})


@needs(Can.EDIT_ORDERS)
@require_safe
def find_customers(request: HttpRequest) -> HttpResponse:
    """Customers whose name, phone or e-mail holds what is typed."""
    text = request.GET.get("name", "").replace("\0", "").strip()[:120]
    cards = queries.customers(text=text, limit=_SHOWN) if len(text) > 1 else []
    return render(request, "orders/found_customers.html", {"cards": cards})


def _save(request: HttpRequest, order_id: int | None) -> HttpResponse:
    form = RecipientForm(request.POST)
    lines = entered(request.POST)
    wanted = understood(lines, _currency(request))
    if form.is_valid() and not any(line.error for line in lines):
        try:
            saved = _write(request, order_id, form, wanted)
        except HanmaruError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The order is saved."))
            return redirect("orders:order", saved)
    elif form.is_valid():
        form.add_error(None, _("Products: correct the marked lines."))
    order = queries.order_card(order_id) if order_id else None
    return _page(request, form, lines, order=order, once=request.POST.get("once", ""))


def _write(
    request: HttpRequest, order_id: int | None, form: RecipientForm, wanted: Sequence[services.LineWanted]
) -> int:
    """The order's id. Raises what the services refuse."""
    given = form.cleaned_data
    customer = given["customer"] or services.customer_of_phone(given["name"], given["phone"], given["address"])
    confirmed = "draft" not in request.POST
    if order_id is None:
        return services.place_order(
            wanted,
            channel=Channel.CLERK,
            customer=customer,
            ship_to=form.ship_to(),
            external_id=request.POST.get("once", "")[:40],
            confirmed=confirmed,
        )
    services.edit_order(order_id, wanted, customer=customer, ship_to=form.ship_to())
    if confirmed:
        services.confirm(order_id)
    return order_id


def _page(
    request: HttpRequest,
    form: RecipientForm,
    lines: Sequence[EnteredLine],
    *,
    order: queries.OrderCard | None = None,
    once: str = "",
) -> HttpResponse:
    cards = catalog.variant_cards({int(line.variant) for line in lines if line.variant.isdecimal()})
    shown = [
        _shown_line(request, line, cards[int(line.variant)])
        for line in lines
        if line.variant.isdecimal() and int(line.variant) in cards
    ]
    context = {"form": form, "lines": shown, "order": order, "once": once, "currency": _currency(request)}
    return render(request, "orders/entry.html", context, status=422 if form.errors else 200)


def _shown_line(request: HttpRequest, line: EnteredLine, card: catalog.VariantCard) -> dict[str, Any]:
    price = line.price or amount(card.price, _currency(request))
    return {"entered": line, "card": card, "price": price, "error": line.error}


def _currency(request: HttpRequest) -> str:
    return str(cast("MemberRequest", request).company.currency)


def _customer_initial(request: HttpRequest) -> dict[str, Any]:
    """The customer that the page was opened for, by ``?customer=``."""
    text = request.GET.get("customer", "")
    if not (text.isdecimal() and len(text) < 19):
        return {}
    try:
        card = queries.customer_card(int(text))
    except HanmaruError:
        return {}
    return {"customer": card.id, "name": card.name, "phone": card.phone, "address": card.address}
