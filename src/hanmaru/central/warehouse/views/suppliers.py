"""Suppliers at the desk: listed, added, changed, offered no more."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.central.warehouse import queries, services
from hanmaru.central.warehouse.forms import SupplierForm
from hanmaru.kernel.errors import Conflict


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Can.WORK_IN_WAREHOUSE)
def suppliers(request: HttpRequest) -> HttpResponse:
    """Suppliers, and a form for a new one."""
    form = SupplierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_supplier(**form.cleaned_data)
        except Conflict as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("The supplier is kept."))
            return redirect("warehouse:suppliers")
    archived = "archived" in request.GET
    context = {"form": form, "suppliers": queries.suppliers(archived=archived), "archived": archived}
    return render(request, "warehouse/suppliers.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Can.WORK_IN_WAREHOUSE)
def supplier(request: HttpRequest, supplier_id: int) -> HttpResponse:
    """One supplier, to be changed."""
    card = queries.supplier_card(supplier_id)
    form = SupplierForm(request.POST or None, initial={"name": card.name, "email": card.email, "phone": card.phone})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_supplier(supplier_id, **form.cleaned_data)
        except Conflict as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("warehouse:suppliers")
    context = {"form": form, "supplier": card}
    return render(request, "warehouse/supplier.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Can.WORK_IN_WAREHOUSE)
def archive(request: HttpRequest, supplier_id: int) -> HttpResponse:
    """Offer this supplier no more; with ``back``, again."""
    if "back" in request.POST:
        services.restore_supplier(supplier_id)
        messages.success(request, _("The supplier can be chosen again."))
    else:
        services.archive_supplier(supplier_id)
        messages.success(request, _("The supplier is put away. Deliveries of the past keep the name."))
    return redirect("warehouse:suppliers")
