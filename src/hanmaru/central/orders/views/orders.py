"""The clerk's pages of orders: the list, one order, and what can be done with it."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies.access import Can, holds
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.central.orders import queries, services
from hanmaru.central.orders.queries import OrderState
from hanmaru.central.orders.views.answers import PAGE, after_of, found, refusals_told
from hanmaru.central.orders.views.progress import TONES, figures_in_words, line_title, step_line, waiting_in

_STOPPABLE = frozenset(
    {
        OrderState.DRAFT,
        OrderState.CONFIRMED,
        OrderState.RESERVED,
        OrderState.PICKING,
        OrderState.PACKED,
    }
)


@needs(Can.SEE_ORDERS)
@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    """All orders, newest first: by state, or found by number or customer."""
    state = request.GET.get("state", "")
    state = state if state in OrderState.values else ""
    waiting = "waiting" in request.GET
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = queries.orders(state=state, waiting=waiting, text=text, after=after_of(request), limit=PAGE + 1)
    counts = queries.counts_by_state()
    context = {
        "rows": [{"card": row, "tone": TONES[row.state]} for row in rows[:PAGE]],
        "following": _following(request, rows[PAGE - 1].id) if len(rows) > PAGE else "",
        "tabs": [{"state": one, "word": one.label, "count": counts[one]} for one in OrderState],
        "all_count": sum(counts.values()),
        "state": state,
        "waiting": waiting,
        "text": text,
        "may_edit": _may_edit(request),
        "may_import": holds(cast("MemberRequest", request).membership, Can.IMPORT),
        "kept": request.GET.urlencode(),
    }
    return render(request, "orders/list.html", context)


@needs(Can.SEE_ORDERS)
@require_safe
@found
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order: where it stands, its lines in figures and words, what can be done now."""
    card = queries.order_card(order_id)
    lines = queries.lines_of(order_id)
    steps = queries.steps_of(order_id)
    cards = catalog.variant_cards({line.variant for line in lines})
    context = {
        "order": card,
        "tone": TONES[card.state],
        "lines": [_shown_line(line, cards.get(line.variant)) for line in lines],
        "steps": step_line(card, steps),
        "history": steps,
        "waiting": waiting_in(lines),
        "stoppable": card.state in _STOPPABLE,
        "returnable": any(line.returnable for line in lines),
        "may_edit": _may_edit(request),
        "link": request.build_absolute_uri(tracking_path(request, card)),
    }
    return render(request, "orders/order.html", context)


def _shown_line(line: queries.LineCard, card: catalog.VariantCard | None) -> dict[str, Any]:
    return {"line": line, "card": card, "title": line_title(line, card), "words": figures_in_words(line)}


def tracking_path(request: HttpRequest, card: queries.OrderCard) -> str:
    """The address of the customer's private page of the order."""
    return reverse("orders:tracking", args=[cast("MemberRequest", request).company.pk, card.link_key])


def _confirm(_request: HttpRequest, order_id: int) -> str:
    services.confirm(order_id)
    return _("The order is confirmed.")


def _reserve(_request: HttpRequest, order_id: int) -> str:
    held = services.reserve_order(order_id)
    if not held:
        return _("Nothing is free now. The order waits and is served when goods arrive.")
    return ngettext("%(count)s piece is reserved.", "%(count)s pieces are reserved.", held) % {"count": held}


def _cancel(request: HttpRequest, order_id: int) -> str:
    services.cancel(order_id, request.POST.get("reason", "").replace("\0", "").strip()[:150])
    return _("The order is cancelled. Its goods are free again.")


_ACTIONS: dict[str, Callable[[HttpRequest, int], str]] = {"confirm": _confirm, "reserve": _reserve, "cancel": _cancel}


@needs(Can.EDIT_ORDERS)
@require_POST
@found
def act(request: HttpRequest, order_id: int, action: str) -> HttpResponse:
    """Confirm, reserve or cancel; what is refused is told on the order's page."""
    if action not in _ACTIONS:
        raise Http404
    with refusals_told(request):
        messages.success(request, _ACTIONS[action](request, order_id))
    return redirect("orders:order", order_id)


def _may_edit(request: HttpRequest) -> bool:
    return holds(cast("MemberRequest", request).membership, Can.EDIT_ORDERS)


def _following(request: HttpRequest, after: int) -> str:
    kept: dict[str, Any] = {name: request.GET[name] for name in ("state", "q", "waiting") if request.GET.get(name)}
    return "?" + urlencode({**kept, "after": after})
