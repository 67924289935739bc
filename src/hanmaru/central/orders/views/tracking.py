"""The customer's private page of an order: where it stands in plain words, and a way to stop it in time."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies import queries as companies
from hanmaru.central.companies.middleware import client_address
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.companies.views.access import MemberRequest, open_to_all
from hanmaru.central.orders import queries, services
from hanmaru.central.orders.queries import OrderState
from hanmaru.central.orders.views.progress import PLAIN, line_title, step_line
from hanmaru.kernel.errors import HanmaruError, NotFound

_STOPPABLE = frozenset({OrderState.DRAFT, OrderState.CONFIRMED, OrderState.RESERVED})


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tracking(request: HttpRequest, company_id: int, key: str) -> HttpResponse:
    """The order behind a private link; posting cancels it."""
    with acting(company_id=company_id, user_id=None, device_id=None, source=client_address(request)):
        try:
            card = queries.order_by_link(key)
        except NotFound:
            return render(request, "shop/no_order.html", status=404)
        company = companies.company()
        cast("MemberRequest", request).company = company
        with timezone.override(company.time_zone):
            if request.method == "POST":
                return _cancel(request, card)
            return _page(request, company, card)


@open_to_all
@require_safe
def live(_request: HttpRequest, company_id: int, key: str, seen: int) -> HttpResponse:
    """The page's stream is answered before Django; a plain WSGI server has none."""
    return HttpResponse(status=204)  # tells an EventSource to stop asking


def _page(request: HttpRequest, company: Any, card: queries.OrderCard) -> HttpResponse:
    lines, steps = queries.lines_of(card.id), queries.steps_of(card.id)
    cards = catalog.variant_cards({line.variant for line in lines})
    shown = [(line, cards.get(line.variant)) for line in lines]
    context = {
        "company": company,
        "order": card,
        "words": PLAIN[card.state],
        "steps": step_line(card, steps, plain=True),
        "lines": [{"line": line, "card": card, "title": line_title(line, card)} for line, card in shown],
        "stoppable": card.state in _STOPPABLE,
        "thanks": "thanks" in request.GET,
        "live_url": reverse("orders:tracking_live", args=[company.pk, card.link_key, len(steps)]),
        "link": request.build_absolute_uri(request.path),
    }
    return render(request, "shop/order.html", context)


def _cancel(request: HttpRequest, card: queries.OrderCard) -> HttpResponse:
    try:
        services.cancel_by_customer(card.id, _("Cancelled by the customer"))
    except HanmaruError:
        messages.error(request, _("Your order is already being gathered. Call us to change it."))
    else:
        messages.success(request, _("Your order is cancelled."))
    return redirect(request.path)
