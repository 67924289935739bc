"""Pictures of a plan: where everything lies before and after, the ways, how often each bin is picked from."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.central.slotting import drawing, problems, queries
from hanmaru.decide.slotting.pictures.canvas import MEDIUM, NARROW, WIDE


@require_safe
@needs(Can.SEE_SLOTTING)
def picture(request: HttpRequest, search_id: int, picture: str) -> HttpResponse:
    """One picture as SVG: ``kit`` names the model that is lit, ``narrow`` is for a phone, ``tablet`` for a tablet."""
    card = queries.search_card(search_id)
    problem, _house = queries.problem_of_study(card.study)
    plan = problems.plan_of(json.loads(queries.plan_text(search_id)), problem)
    asked = request.GET
    form = NARROW if asked.get("narrow") else MEDIUM if asked.get("tablet") else WIDE
    found = drawing.drawn(picture, problem, plan, language(), kit=asked.get("kit", ""), form=form)
    if found is None:
        raise Http404
    answer = HttpResponse(found, content_type="image/svg+xml; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=3600"  # a plan never changes
    return answer


def language() -> str:
    """The reader's language, as pictures speak it."""
    return "en" if (get_language() or "ko").startswith("en") else "ko"
