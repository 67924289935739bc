"""A plan being carried out: one task after the other, and later what it has come to."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hanmaru.central.companies.access import Can, holds
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.central.slotting import queries, services
from hanmaru.central.slotting.views.studies import may_plan
from hanmaru.decide.slotting.kitting.problem import KittingProblem

SHOWN = 30


@require_safe
@needs(Can.SEE_SLOTTING)
def page(request: MemberRequest, relocation_id: int) -> HttpResponse:
    """What to carry next, what comes after, and once all is done whether it was worth it."""
    card = queries.relocation_card(relocation_id)
    context: dict[str, Any] = {
        "relocation": card,
        "to_do": queries.moves_to_do(relocation_id, limit=SHOWN) if card.open else None,
        "done": queries.last_moves(relocation_id, limit=SHOWN),
        "may_plan": may_plan(request),
        "may_carry": holds(request.membership, Can.WORK_IN_WAREHOUSE, Can.PLAN_SLOTTING),
    }
    if card.from_stock and card.state == queries.RelocationState.DONE:
        problem, house = queries.problem_of_study(card.study)
        if isinstance(problem, KittingProblem):
            promised = (
                queries.promised(card.search, card.week)
                if card.week
                else queries.compared_plan(card.search, problem, house).per_kit
            )
            context["measured"] = queries.measured(card, problem, house, promised)
    return render(request, "slotting/relocation.html", context)


@require_safe
@needs(Can.SEE_SLOTTING)
def paper(request: MemberRequest, relocation_id: int) -> HttpResponse:
    """The list of moves for paper, with boxes to tick."""
    card = queries.relocation_card(relocation_id)
    moves = queries.moves_of(relocation_id)
    return render(request, "slotting/paper.html", {"relocation": card, "moves": moves, "day": timezone.localdate()})


@require_POST
@needs(Can.WORK_IN_WAREHOUSE, Can.PLAN_SLOTTING)
def done(request: HttpRequest, relocation_id: int, number: int) -> HttpResponse:
    """A move is done."""
    del request
    return redirect("slotting:relocation", services.do_move(relocation_id, number))


@require_POST
@needs(Can.PLAN_SLOTTING)
def call_off(request: HttpRequest, relocation_id: int) -> HttpResponse:
    """Carry no more."""
    del request
    services.call_off(relocation_id)
    return redirect("slotting:relocation", relocation_id)
