"""Today: what is to be done now."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hanmaru.central.companies.access import Can, holds
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.central.slotting import queries as slotting
from hanmaru.central.warehouse import queries as warehouse
from hanmaru.central.web.today import first_steps, tasks_for


@require_safe
@needs()
def today(request: HttpRequest) -> HttpResponse:
    """Show each piece of waiting work as a big button, then the day in figures."""
    membership = cast("MemberRequest", request).membership
    work = warehouse.work()
    moves = slotting.open_moves() if holds(membership, Can.SEE_SLOTTING) else None
    steps = first_steps(membership, work)
    context = {
        "day": timezone.localdate(),
        "tasks": tasks_for(membership, work, moves),
        "steps": steps,
        "steps_done": sum(step.done for step in steps),
        "work": work,
        "may_see_orders": holds(membership, Can.SEE_ORDERS),
        "may_order": holds(membership, Can.EDIT_ORDERS),
        "may_work": holds(membership, Can.WORK_IN_WAREHOUSE),
    }
    return render(request, "web/today.html", context)
