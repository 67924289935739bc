"""The audit trail as a page."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hanmaru.central.companies import queries, trail_words
from hanmaru.central.companies.access import Can
from hanmaru.central.companies.forms.settings import TrailForm
from hanmaru.central.companies.views.access import needs


@needs(Can.SEE_TRAIL)
@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """Who did what, when and from where; newest first, fifty a page."""
    people = [(member.user_id, member.user.name) for member in queries.members()]
    form = TrailForm(request.GET or None, people=people)
    asked = queries.TrailFilter(**form.cleaned_data) if form.is_valid() else queries.TrailFilter()
    page = queries.trail(asked)
    names = queries.person_names({one for step in page.steps for one in trail_words.people_in(step.changes)})
    rows = [
        {
            "step": step,
            "what": trail_words.sentence(step.table, step.operation, step.changes, step.count),
            "details": trail_words.details(step.table, step.operation, step.changes, step.count, names),
        }
        for step in page.steps
    ]
    kept = {name: value for name, value in request.GET.items() if name != "after" and value}
    shown = {
        "form": form,
        "rows": rows,
        "first": f"?{urlencode(kept)}" if asked.after else None,
        "next": f"?{urlencode({**kept, 'after': page.next})}" if page.next else None,
        "filtered": bool(kept),
    }
    return render(request, "companies/trail.html", shown)
