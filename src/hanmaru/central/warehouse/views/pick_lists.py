"""Pick lists at the desk: made from the orders that hold goods, looked at, given back, dropped."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.central.orders import queries as orders
from hanmaru.central.warehouse import queries, services
from hanmaru.central.warehouse.views.paging import after_of, page
from hanmaru.kernel.errors import HanmaruError

MOST_ORDERS = 100


@require_safe
@needs(Can.WORK_IN_WAREHOUSE)
def pick_list_list(request: HttpRequest) -> HttpResponse:
    """All pick lists, newest first."""
    live_only = request.GET.get("live") == "1"
    rows, following = page(request, queries.pick_lists(live_only=live_only, after=after_of(request), limit=51))
    context = {"lists": rows, "following": following, "live_only": live_only}
    return render(request, "warehouse/pick_lists.html", context)


@require_safe
@needs(Can.WORK_IN_WAREHOUSE)
def pick_list_page(request: HttpRequest, list_id: int) -> HttpResponse:
    """One pick list, its tasks along the walk."""
    context = {"list": queries.pick_list_card(list_id), "tasks": queries.tasks_of(list_id)}
    return render(request, "warehouse/pick_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Can.WORK_IN_WAREHOUSE)
def new_pick_list(request: HttpRequest) -> HttpResponse:
    """Choose orders, or take all that are due."""
    due = orders.open_orders_to_pick(MOST_ORDERS)
    if request.method == "POST":
        known = {str(order.id): order.id for order in due}
        chosen = [known[one] for one in request.POST.getlist("order") if one in known]
        if request.POST.get("do") == "all":
            chosen = list(known.values())
        try:
            if not chosen:
                messages.warning(request, _("Choose at least one order."))
                return redirect("warehouse:new_pick_list")
            made = services.make_pick_list(chosen)
        except HanmaruError as error:
            messages.error(request, str(error))
            return redirect("warehouse:new_pick_list")
        messages.success(request, _("The pick list is ready."))
        return redirect("warehouse:pick_list", made)
    lines = orders.lines_of_orders([order.id for order in due])
    pieces = {number: sum(line.reserved for line in found) for number, found in lines.items()}
    return render(request, "warehouse/new_pick_list.html", {"orders": [(one, pieces.get(one.id, 0)) for one in due]})


@require_POST
@needs(Can.WORK_IN_WAREHOUSE)
def give_back(request: HttpRequest, list_id: int) -> HttpResponse:
    """Somebody else may walk it."""
    services.give_back_pick_list(list_id)
    messages.success(request, _("The list can be taken by anybody now."))
    return redirect("warehouse:pick_list", list_id)


@require_POST
@needs(Can.WORK_IN_WAREHOUSE)
def cancel_list(request: HttpRequest, list_id: int) -> HttpResponse:
    """Nobody walks it; its goods stay held for their orders."""
    services.cancel_pick_list(list_id)
    messages.success(request, _("The list is dropped. Its orders can go on another one."))
    return redirect("warehouse:pick_list", list_id)
