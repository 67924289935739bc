"""The pages of the work on the floor: what is to be done, what to choose, and the scan screens."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.central.orders import queries as orders
from hanmaru.central.warehouse import queries
from hanmaru.central.warehouse.views.count import CountScreen, LookUpScreen
from hanmaru.central.warehouse.views.pack import PackScreen
from hanmaru.central.warehouse.views.pick import PickScreen
from hanmaru.central.warehouse.views.put_away import MoveScreen, PutAwayScreen
from hanmaru.central.warehouse.views.receive import ReceiveScreen
from hanmaru.central.warehouse.views.ship import ShipScreen

_screen = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(Can.WORK_IN_WAREHOUSE)
def home(request: HttpRequest) -> HttpResponse:
    """What is to be done, each a big button."""
    return render(request, "warehouse/home.html", {"waiting": queries.work().floor})


@require_safe
@needs(Can.WORK_IN_WAREHOUSE)
def choose_delivery(request: HttpRequest) -> HttpResponse:
    """Which delivery has come."""
    return render(request, "warehouse/choose_delivery.html", {"deliveries": queries.deliveries(open_only=True)})


@require_safe
@needs(Can.WORK_IN_WAREHOUSE)
def choose_list(request: HttpRequest) -> HttpResponse:
    """Which list to walk; those of others say whose they are."""
    context = {"lists": queries.pick_lists(live_only=True), "me": request.user.pk}
    return render(request, "warehouse/choose_list.html", context)


@_screen
@needs(Can.WORK_IN_WAREHOUSE)
def receive(request: HttpRequest, delivery_id: int | None = None) -> HttpResponse:
    """Receive on a delivery, or on none."""
    if delivery_id is not None:
        queries.delivery_card(delivery_id)
    return ReceiveScreen(request, delivery_id).answer()


@_screen
@needs(Can.WORK_IN_WAREHOUSE)
def put_away(request: HttpRequest) -> HttpResponse:
    """Put away."""
    return PutAwayScreen(request).answer()


@_screen
@needs(Can.WORK_IN_WAREHOUSE)
def pick(request: HttpRequest, list_id: int) -> HttpResponse:
    """Walk a list."""
    card = queries.pick_list_card(list_id)
    screen = PickScreen(request, list_id)
    screen.seen = card if request.method == "GET" else None
    return screen.answer()


@_screen
@needs(Can.WORK_IN_WAREHOUSE)
def pack(request: HttpRequest, order_id: int | None = None) -> HttpResponse:
    """Pack an order, or choose one."""
    if order_id is not None:
        orders.order_card(order_id)
    return PackScreen(request, order_id).answer()


@_screen
@needs(Can.WORK_IN_WAREHOUSE)
def ship(request: HttpRequest) -> HttpResponse:
    """Ship."""
    return ShipScreen(request).answer()


@_screen
@needs(Can.CORRECT_STOCK)
def count(request: HttpRequest) -> HttpResponse:
    """Count."""
    return CountScreen(request).answer()


@_screen
@needs(Can.WORK_IN_WAREHOUSE)
def move(request: HttpRequest) -> HttpResponse:
    """Move goods."""
    return MoveScreen(request).answer()


@_screen
@needs(Can.SEE_STOCK)
def look_up(request: HttpRequest) -> HttpResponse:
    """Say what was scanned."""
    return LookUpScreen(request).answer()
