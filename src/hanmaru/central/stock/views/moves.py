"""The ledger as a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies.access import Can
from hanmaru.central.companies.queries import person_names
from hanmaru.central.companies.views.access import needs
from hanmaru.central.stock import queries
from hanmaru.central.stock.services import MoveReason
from hanmaru.central.stock.views.figures import cursor, turned

PAGE = 50


@needs(Can.SEE_STOCK)
def ledger(request: HttpRequest) -> HttpResponse:
    """Every move, newest first: of a variant, a place or a reason, or all."""
    reason = request.GET.get("reason", "")
    variant, place = cursor(request, "variant"), cursor(request, "place")
    rows = queries.moves(
        before=cursor(request),
        limit=PAGE + 1,
        variant=variant,
        place=place,
        reason=reason if reason in MoveReason.values else "",
    )
    shown, more = rows[:PAGE], len(rows) > PAGE
    cards = catalog.variant_cards({row.variant for row in shown})
    names = person_names({row.actor_id for row in shown if row.actor_id})
    context = {
        "rows": [
            {"move": row, "card": cards.get(row.variant), "actor": names.get(row.actor_id or 0, "")} for row in shown
        ],
        "next_url": turned(request, shown[-1].id) if more else "",
        "first_url": "" if cursor(request) is None else turned(request, None),
        "reason": reason,
        "reasons": MoveReason.choices,
        "variant": cards.get(variant) if variant else None,
        "place": queries.place_cards([place]).get(place) if place else None,
    }
    return render(request, "stock/moves.html", context)
