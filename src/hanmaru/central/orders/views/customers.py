"""Customers: the list, one with their orders, making and changing one."""

from dataclasses import asdict
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hanmaru.central.companies.access import Can, holds
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.central.orders import queries, services
from hanmaru.central.orders.forms.customers import CustomerForm
from hanmaru.central.orders.views.answers import PAGE, after_of, found
from hanmaru.central.orders.views.progress import TONES


@needs(Can.SEE_ORDERS)
@require_safe
def customer_list(request: HttpRequest) -> HttpResponse:
    """All customers, the newest first."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = queries.customers(text=text, after=after_of(request), limit=PAGE + 1)
    following = f"?{urlencode({'q': text, 'after': rows[PAGE - 1].id})}" if len(rows) > PAGE else ""
    context = {"rows": rows[:PAGE], "following": following, "text": text, "may_edit": _may_edit(request)}
    return render(request, "orders/customers.html", context)


@needs(Can.SEE_ORDERS)
@require_safe
@found
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One customer and their orders."""
    card = queries.customer_card(customer_id)
    rows = queries.orders(customer=customer_id, after=after_of(request), limit=PAGE + 1)
    context = {
        "customer": card,
        "rows": [{"card": row, "tone": TONES[row.state]} for row in rows[:PAGE]],
        "following": f"?after={rows[PAGE - 1].id}" if len(rows) > PAGE else "",
        "new_for": f"{reverse('orders:new')}?customer={customer_id}",
        "may_edit": _may_edit(request),
    }
    return render(request, "orders/customer.html", context)


@needs(Can.EDIT_ORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@found
def edit_customer(request: HttpRequest, customer_id: int | None = None) -> HttpResponse:
    """Write a customer's card, a new one without id."""
    card = queries.customer_card(customer_id) if customer_id is not None else None
    form = CustomerForm(request.POST or None, initial=asdict(card) if card else {})
    if request.method == "POST" and form.is_valid():
        saved = services.save_customer(customer_id=customer_id, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("orders:customer", saved)
    context = {"form": form, "customer": card}
    return render(request, "orders/customer_form.html", context, status=422 if form.errors else 200)


def _may_edit(request: HttpRequest) -> bool:
    return holds(cast("MemberRequest", request).membership, Can.EDIT_ORDERS)
