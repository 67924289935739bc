"""The company's order page for its customers: products with photos, a basket, an order. No log-in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies import queries as companies
from hanmaru.central.companies.middleware import client_address
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.companies.views.access import MemberRequest, open_to_all
from hanmaru.central.orders import queries, services
from hanmaru.central.orders.forms.shop import ChoiceForm, OrderForm
from hanmaru.central.orders.shop_basket import Basket
from hanmaru.kernel.errors import HanmaruError, NotFound

PAGE = 24
View = Callable[..., HttpResponse]


def shop(view: View) -> View:
    """Act for the company of the address, as nobody in particular. A closed page or unknown address says so (404)."""

    @open_to_all
    @wraps(view)
    def answer(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        own = getattr(request, "company", None)  # a member looks at the page of their own company
        company_id = own.pk if own and own.slug == slug else companies.company_id_by_slug(slug)
        if company_id is None:
            return render(request, "shop/closed.html", {"company": None}, status=404)
        with acting(company_id=company_id, user_id=None, device_id=None, source=client_address(request)):
            company = companies.company()
            if not company.order_page_open:
                return render(request, "shop/closed.html", {"company": company}, status=404)
            cast("MemberRequest", request).company = company
            try:
                with timezone.override(company.time_zone):
                    return view(request, company, *args, **kwargs)
            except NotFound:
                return render(request, "shop/gone.html", {"company": company}, status=404)

    return answer


@shop
@require_safe
def products(request: HttpRequest, company: Any) -> HttpResponse:
    """What the company sells here."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    after = request.GET.get("after", "")
    rows = catalog.product_rows(
        text,
        after=int(after) if after.isdecimal() and len(after) < 19 else None,
        limit=PAGE + 1,
        shown_to_customers=True,
    )
    context = {
        "company": company,
        "rows": [row for row in rows[:PAGE] if row.variants],
        "following": f"?after={rows[PAGE - 1].id}" if len(rows) > PAGE else "",
        "text": text,
        "basket": Basket(request.session, company.pk),
    }
    return render(request, "shop/products.html", context)


@shop
@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, company: Any, product_id: int) -> HttpResponse:
    """One product: its photos, its options, a wish, how many; posting puts it into the basket."""
    card = catalog.product_card(product_id)
    variants = catalog.variants_of(product_id)
    if not card.on_order_page or card.archived_at or not variants:
        return render(request, "shop/gone.html", {"company": company}, status=404)
    form = ChoiceForm(
        variants,
        catalog.values_of([variant.id for variant in variants]),
        request.POST or None,
    )
    basket = Basket(request.session, company.pk)
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen()
        given = form.cleaned_data
        basket.add(chosen.id if chosen else 0, given["quantity"], given["wording"])
        messages.success(request, _("In your basket: %(name)s") % {"name": card.shown_name})
        return redirect("orders:shop_basket", company.slug)
    prices = sorted({variant.price for variant in variants})
    context = {
        "company": company,
        "product": card,
        "photos": catalog.photos_of(product_id),
        "form": form,
        "least": prices[0],
        "most": prices[-1],
        "basket": basket,
    }
    return render(request, "shop/product.html", context, status=422 if form.errors else 200)


@shop
@require_safe
def price(request: HttpRequest, company: Any, product_id: int) -> HttpResponse:
    """What the options chosen so far cost together, as a fragment."""
    card = catalog.product_card(product_id)
    variants = catalog.variants_of(product_id)
    form = ChoiceForm(
        variants,
        catalog.values_of([variant.id for variant in variants]),
        request.GET,
    )
    chosen = form.chosen() if card.on_order_page and form.is_valid() else None
    quantity = form.cleaned_data.get("quantity") or 1
    prices = [variant.price for variant in variants] or [0]
    context = {
        "company": company,
        "total": chosen.price * quantity if chosen else None,
        "least": min(prices),
        "most": max(prices),
    }
    return render(request, "shop/price.html", context)


@shop
@require_http_methods(["GET", "HEAD", "POST"])
def basket(request: HttpRequest, company: Any) -> HttpResponse:
    """The basket, and the order: change quantities, then say who and where."""
    held = Basket(request.session, company.pk)
    cards = catalog.variant_cards({line.variant for line in held.lines})
    if held.keep_only({card.id for card in cards.values() if not card.archived}):
        messages.warning(request, _("A product is no longer sold and was taken out of your basket."))
    if request.method == "POST" and "place" in request.POST:
        place = request.POST["place"]
        quantity = request.POST.get("quantity", "")
        if place.isdecimal() and quantity.isdecimal() and len(place) < 5 and len(quantity) < 5:
            held.change(int(place), int(quantity))
        return redirect("orders:shop_basket", company.slug)
    form = OrderForm(request.POST or None)
    if request.method == "POST" and held.lines and form.is_valid():
        placed = _order(request, held, form)
        if placed is not None:
            return placed
    lines = [
        {
            "line": line,
            "card": cards[line.variant],
            "amount": cards[line.variant].price * line.quantity,
            "label": _("Quantity of %(name)s") % {"name": cards[line.variant].title},
        }
        for line in held.lines
    ]
    context = {
        "company": company,
        "basket": held,
        "lines": lines,
        "total": sum(cards[line.variant].price * line.quantity for line in held.lines),
        "form": form,
    }
    return render(request, "shop/basket.html", context, status=422 if form.errors else 200)


def _order(request: HttpRequest, held: Basket, form: OrderForm) -> HttpResponse | None:
    """Place the order and go to its page; None when it was refused, told in the form."""
    if form.by_a_program():
        form.add_error(None, _("Your order could not be taken. Call us."))
        return None
    wanted = [
        services.LineWanted(variant=line.variant, quantity=line.quantity, wording=line.wording) for line in held.lines
    ]
    try:
        order_id = services.order_by_customer(
            wanted, ship_to=form.ship_to(), address=client_address(request), once=held.once
        )
    except HanmaruError as error:
        form.add_error(None, str(error))
        return None
    held.empty()
    card = queries.order_card(order_id)
    company = cast("MemberRequest", request).company
    return redirect(f"{reverse('orders:tracking', args=[company.pk, card.link_key])}?thanks=1")
