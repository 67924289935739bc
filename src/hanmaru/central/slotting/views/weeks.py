"""The plan week by week: the moves that pay, and a week of them accepted."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.central.slotting import queries, services
from hanmaru.central.slotting.errors import NoWeeks
from hanmaru.central.slotting.forms import WeeksForm
from hanmaru.central.slotting.views.studies import may_plan


@require_safe
@needs(Can.SEE_SLOTTING)
def page(request: HttpRequest, search_id: int) -> HttpResponse:
    """The moves that pay, and by when; once a week is accepted they stand."""
    card = queries.search_card(search_id)
    form = _form(request.GET, search_id)
    try:
        found = queries.weekly(search_id, form.labour)
    except NoWeeks as error:
        raise Http404 from error
    context: dict[str, Any] = {
        "search": card,
        "form": form,
        "weeks": queries.weeks_of(found),
        "places_words": queries.places_words("kitting", from_stock=bool(found.house)),
        "may_plan": may_plan(request),
        "is_open": any(one.open for one in queries.relocations(limit=3)),
    }
    return render(request, "slotting/weeks.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Can.PLAN_SLOTTING)
def accept(request: HttpRequest, search_id: int, week: int) -> HttpResponse:
    """Turn one week into tasks."""
    form = _form(request.POST, search_id)
    if not form.is_valid():
        return redirect("slotting:weeks", search_id)
    relocation = services.accept_week(search_id, week, form.labour)
    messages.success(request, _("The week is accepted. Its tasks stand below, in an order that works."))
    return redirect("slotting:relocation", relocation)


def _form(given: QueryDict, search_id: int) -> WeeksForm:
    """What moving costs, as it is given; how often kits are picked is known of a study from stock."""
    return WeeksForm(queries.days_of(search_id), given.dict())
