"""How good the data of a site are: what is missing, stuck, bad, or told by a wrong clock."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.central.plant import faults, queries
from hanmaru.central.plant.errors import HistoryRefused, NoAnswer
from hanmaru.central.plant.views.shown import site_context

# Spans end at a full minute, so that the parts into which the history cuts them are whole.
SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
SHOWN = 100


@needs(Can.SEE_PLANT)
def page(request: HttpRequest, site: str) -> HttpResponse:
    """The tags of which something is to be said, the worst first."""
    card = queries.site_card(site)
    span = request.GET.get("span", "")
    span = span if span in SPANS else "hour"
    end = timezone.now().replace(second=0, microsecond=0)
    try:
        found, silence = faults.look(card, end - SPANS[span], end), ""
    except (NoAnswer, HistoryRefused) as error:
        found, silence = faults.Findings(0, 0.0, []), str(error)
    context = {
        **site_context(card, "quality"),
        f"is_{span}": True,
        "good_percent": round(100 * found.good, 1),
        "silence": silence,
        "findings": found,
        "rows": found.faults[:SHOWN],
        "more": max(0, len(found.faults) - SHOWN),
        "watch_states": True,
    }
    return render(request, "plant/quality.html", context)
