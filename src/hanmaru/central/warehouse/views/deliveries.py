"""Deliveries at the desk: announced, looked at, closed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.central.warehouse import queries, services
from hanmaru.central.warehouse.forms import DeliveryForm, LineForm, LineFormSet
from hanmaru.central.warehouse.views.paging import after_of, page
from hanmaru.kernel.errors import HanmaruError


@require_safe
@needs(Can.WORK_IN_WAREHOUSE)
def delivery_list(request: HttpRequest) -> HttpResponse:
    """All deliveries, newest first."""
    open_only = request.GET.get("open") == "1"
    rows, following = page(request, queries.deliveries(open_only=open_only, after=after_of(request), limit=51))
    context = {"deliveries": rows, "following": following, "open_only": open_only}
    return render(request, "warehouse/deliveries.html", context)


@require_safe
@needs(Can.WORK_IN_WAREHOUSE)
def delivery_page(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """One delivery."""
    card = queries.delivery_card(delivery_id)
    lines = queries.delivery_lines(delivery_id)
    context = {"delivery": card, "lines": lines, "missing": sum(line.left for line in lines)}
    return render(request, "warehouse/delivery.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Can.WORK_IN_WAREHOUSE)
def new_delivery(request: HttpRequest) -> HttpResponse:
    """Announce a delivery."""
    form = DeliveryForm(request.POST or None)
    lines = LineFormSet(request.POST or None, prefix="line")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        try:
            delivery = services.announce_delivery(
                _wanted(list(lines)),
                supplier=form.cleaned_data["supplier"],
                expected_on=form.cleaned_data["expected_on"],
                note=form.cleaned_data["note"],
            )
        except HanmaruError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The delivery is announced."))
            return redirect("warehouse:delivery", delivery)
    context = {"form": form, "lines": lines, "skus": catalog.search_variants("", limit=300)}
    return render(request, "warehouse/new_delivery.html", context)


def _wanted(lines: list[LineForm]) -> dict[int, int]:
    """Variant -> pieces; a product named twice is added up."""
    wanted: dict[int, int] = {}
    for line in lines:
        if line.cleaned_data.get("sku"):
            wanted[line.variant] = wanted.get(line.variant, 0) + int(line.cleaned_data["quantity"])
    return wanted


@require_POST
@needs(Can.WORK_IN_WAREHOUSE)
def close_delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Nothing more will come."""
    missing = sum(services.close_delivery(delivery_id).values())
    text = _("The delivery is closed; %(missing)s pcs did not come.") if missing else _("The delivery is closed.")
    messages.success(request, text % {"missing": missing})
    return redirect("warehouse:delivery", delivery_id)


@require_POST
@needs(Can.WORK_IN_WAREHOUSE)
def cancel_delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """It will not come."""
    services.cancel_delivery(delivery_id)
    messages.success(request, _("The delivery is cancelled."))
    return redirect("warehouse:delivery", delivery_id)
