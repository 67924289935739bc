"""A search while it runs and once it has found a plan: how far it is, what the plan means, what to do with it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.central.slotting import drawing, queries, services
from hanmaru.central.slotting.forms import SearchForm
from hanmaru.central.slotting.problems import Problem
from hanmaru.central.slotting.views.files import json_file
from hanmaru.central.slotting.views.pictures import language
from hanmaru.central.slotting.views.studies import may_plan
from hanmaru.decide.slotting.kitting.problem import KittingProblem

PAGE = 60
MOST_KITS = 300
"""So many kits can be chosen to be lit; a longer list helps nobody."""


@require_POST
@needs(Can.PLAN_SLOTTING)
def start(request: HttpRequest, study_id: int) -> HttpResponse:
    """Begin a search."""
    queries.study_card(study_id)
    form = SearchForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose how to search, and for how long."))
        return redirect("slotting:study", study_id)
    return redirect("slotting:search", services.start_search(study_id, **form.cleaned_data))


@require_safe
@needs(Can.SEE_SLOTTING)
def page(request: HttpRequest, search_id: int) -> HttpResponse:
    """How far it is, or what it found."""
    card = queries.search_card(search_id)
    if card.is_curve:
        return redirect("slotting:study", card.study)
    context: dict[str, Any] = {
        "search": card,
        "may_plan": may_plan(request),
        "seconds_shown": min(card.limit_s, int(card.seconds)),
        "gap_words": _gap_words(card),
    }
    if card.has_plan:
        problem, house = queries.problem_of_study(card.study)
        plan = queries.compared_plan(search_id, problem, house)
        context |= {"today": queries.today_of(problem, house), "plan": plan, "less_words": _less_words(plan)}
        context["not_shorter"] = not card.optimal and plan.percent is not None and plan.percent >= 0
        context |= _pictures(problem, request.GET.get("kit", "")) | {"upright": not isinstance(problem, KittingProblem)}
        context["has_weeks"] = isinstance(problem, KittingProblem) and bool(problem.today) and bool(plan.moved)
        context["relocations"] = [one for one in queries.relocations_of(card.study) if one.search == search_id]
        context["can_accept"] = bool(plan.moved) and not any(one.open for one in context["relocations"])
    drawn = drawing.progress(card.history, card.seconds, optimal=card.optimal, language=language())
    context["progress_pictures"] = [mark_safe(one) for one in drawn]  # noqa: S308 -- drawn by us, every text in it escaped
    return render(request, "slotting/search.html", context)


def _pictures(problem: Problem, kit: str) -> dict[str, Any]:
    """Name and words of each picture, and the kits whose bins can be lit: those made most often."""
    words = {
        "layout": _("Where everything lies"),
        "flows": _("The ways"),
        "passes": _("Passes along the strip"),
        "heat": _("How often each bin is picked from"),
        "kit": _("The bins of the costliest kit"),
    }
    kits = []
    if isinstance(problem, KittingProblem):
        kits = [one.key for one in sorted(problem.models, key=lambda one: -one.frequency)[:MOST_KITS]]
    return {"pictures": [(name, words[name]) for name in drawing.names(problem)], "kits": kits, "kit": kit}


def _gap_words(card: queries.SearchCard) -> str:
    if card.gap_percent is None or (card.live and not card.bound):
        return ""
    if card.optimal:
        return _("the plan is proven")
    return _("at most %(percent)s %% of it can still be saved") % {"percent": f"{card.gap_percent:.3g}"}


def _less_words(plan: queries.Compared) -> str:
    if plan.percent is None:
        return ""
    if plan.percent > 0:
        return _("%(percent)s %% longer than now") % {"percent": plan.percent}
    return _("%(percent)s %% shorter than now") % {"percent": -plan.percent}


@require_safe
@needs(Can.SEE_SLOTTING)
def places(request: HttpRequest, search_id: int) -> HttpResponse:
    """Where everything lies in the plan; ``?why=`` one material, ``?q=`` those whose name holds a text."""
    card = queries.search_card(search_id)
    problem, house = queries.problem_of_study(card.study)
    words = request.GET.get("q", "").strip()[:200]
    rows = [one for one in queries.lying_of(search_id, problem, house) if words.casefold() in one.material.casefold()]
    number = request.GET.get("from", "")
    first = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 0
    material = request.GET.get("why", "")
    study = queries.study_card(card.study)
    context = {
        "search": card,
        "is_bulk": study.is_bulk,
        "places_words": study.places_words,
        "rows": rows[first : first + PAGE],
        "count": len(rows),
        "previous": f"?from={max(0, first - PAGE)}&q={words}" if first else "",
        "following": f"?from={first + PAGE}&q={words}" if len(rows) > first + PAGE else "",
        "words": words,
        "why": queries.why(search_id, problem, material) if material else None,
    }
    return render(request, "slotting/places.html", context)


@require_safe
@needs(Can.SEE_SLOTTING)
def plan(request: HttpRequest, search_id: int) -> HttpResponse:
    """The plan as a file, as `hanmaru solve check` reads it."""
    del request
    card = queries.search_card(search_id)
    return json_file(queries.plan_text(search_id), f"{card.study_name}-{search_id}.json")


@require_POST
@needs(Can.PLAN_SLOTTING)
def stop(request: HttpRequest, search_id: int) -> HttpResponse:
    """End the search and keep the best."""
    del request
    services.stop_search(search_id)
    return redirect("slotting:search", search_id)


@require_POST
@needs(Can.PLAN_SLOTTING)
def again(request: HttpRequest, search_id: int) -> HttpResponse:
    """Begin the same search once more."""
    del request
    return redirect("slotting:search", services.search_again(search_id))


@require_POST
@needs(Can.PLAN_SLOTTING)
def accept(request: HttpRequest, search_id: int) -> HttpResponse:
    """Turn the plan into tasks."""
    relocation = services.accept_plan(search_id)
    messages.success(request, _("The plan is accepted. Its tasks stand below, in an order that works."))
    return redirect("slotting:relocation", relocation)
