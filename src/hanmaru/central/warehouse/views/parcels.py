"""Parcels at the desk; the packing list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.central.warehouse import queries, services
from hanmaru.central.warehouse.packing_list import packing_list_pdf
from hanmaru.central.warehouse.views.paging import after_of, page


@require_safe
@needs(Can.WORK_IN_WAREHOUSE)
def parcel_list(request: HttpRequest) -> HttpResponse:
    """All parcels, newest first."""
    here_only = request.GET.get("here") == "1"
    rows, following = page(request, queries.parcels(here_only=here_only, after=after_of(request), limit=51))
    context = {"parcels": rows, "following": following, "here_only": here_only}
    return render(request, "warehouse/parcels.html", context)


@require_safe
@needs(Can.WORK_IN_WAREHOUSE)
def parcel_page(request: HttpRequest, parcel_id: int) -> HttpResponse:
    """One parcel and what lies in it."""
    card = queries.parcel_card(parcel_id)
    context = {"parcel": card, "lines": queries.parcel_lines([parcel_id]).get(parcel_id, [])}
    return render(request, "warehouse/parcel.html", context)


@require_POST
@needs(Can.WORK_IN_WAREHOUSE)
def unpack(request: HttpRequest, parcel_id: int) -> HttpResponse:
    """Open a parcel that is still here."""
    services.unpack(parcel_id)
    messages.success(request, _("The parcel is open again. Its goods wait on the packing table."))
    return redirect("warehouse:parcel", parcel_id)


@require_safe
@needs(Can.WORK_IN_WAREHOUSE)
def packing_list(request: HttpRequest, order_id: int) -> HttpResponse:
    """The packing list of an order, to be printed and laid into the parcel."""
    number, pdf = packing_list_pdf(order_id)
    headers = {"Content-Disposition": f'inline; filename="{number}.pdf"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
