"""Goods come back: which lines of an order, how many, where to."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies.access import Can, holds
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.central.orders import queries, services
from hanmaru.central.orders.forms.returns import ReceiveForm, TakeBackForm
from hanmaru.central.orders.queries import ReturnState
from hanmaru.central.orders.views.answers import PAGE, after_of, found, refusals_told
from hanmaru.central.orders.views.progress import line_title
from hanmaru.kernel.errors import HanmaruError


@needs(Can.EDIT_ORDERS, Can.WORK_IN_WAREHOUSE)
@require_http_methods(["GET", "HEAD", "POST"])
@found
def take_back(request: HttpRequest, order_id: int) -> HttpResponse:
    """Take goods of an order back, all or part of them."""
    card = queries.order_card(order_id)
    lines = [line for line in queries.lines_of(order_id) if line.returnable]
    cards = catalog.variant_cards({line.variant for line in lines})
    titles = {line.id: line_title(line, cards.get(line.variant)) for line in lines}
    form = TakeBackForm(lines, titles, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.take_back(order_id, form.pieces(), form.place(), reason=form.cleaned_data["reason"])
        except HanmaruError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The goods are taken back."))
            return redirect("orders:order", order_id)
    context = {"order": card, "form": form}
    return render(request, "orders/take_back.html", context, status=422 if form.errors else 200)


@needs(Can.SEE_ORDERS)
@require_safe
def return_list(request: HttpRequest) -> HttpResponse:
    """Returns, newest first; those on their way can be taken back here."""
    state = ReturnState.DONE if request.GET.get("state") == "done" else ReturnState.EXPECTED
    rows = queries.returns(state=state, after=after_of(request), limit=PAGE + 1)
    context = {
        "rows": rows[:PAGE],
        "following": f"?state={state}&after={rows[PAGE - 1].id}" if len(rows) > PAGE else "",
        "done": state == ReturnState.DONE,
        "form": ReceiveForm(),
        "may_receive": holds(cast("MemberRequest", request).membership, Can.EDIT_ORDERS, Can.WORK_IN_WAREHOUSE),
    }
    return render(request, "orders/returns.html", context)


@needs(Can.EDIT_ORDERS, Can.WORK_IN_WAREHOUSE)
@require_POST
@found
def receive(request: HttpRequest, return_id: int) -> HttpResponse:
    """An announced return has come."""
    queries.return_card(return_id)  # another company's is not found, whatever is asked for
    form = ReceiveForm(request.POST)
    if form.is_valid():
        with refusals_told(request):
            services.receive_return(return_id, form.place())
            messages.success(request, _("The goods are taken back."))
    else:
        for sentences in form.errors.values():
            for sentence in sentences:
                messages.error(request, str(sentence))
    return redirect("orders:returns")
