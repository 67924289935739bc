"""Boxes to pack in, at the desk: listed, added, changed, taken off the shelf."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.central.warehouse import queries, services
from hanmaru.central.warehouse.forms import BoxForm
from hanmaru.kernel.errors import Conflict


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Can.WORK_IN_WAREHOUSE)
def boxes(request: HttpRequest) -> HttpResponse:
    """The boxes on the shelf, and a form for a new one."""
    form = BoxForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_box(form.box())
        except Conflict as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("The box is on the shelf."))
            return redirect("warehouse:boxes")
    archived = "archived" in request.GET
    context = {"form": form, "boxes": queries.boxes(archived=archived), "archived": archived}
    return render(request, "warehouse/boxes.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Can.WORK_IN_WAREHOUSE)
def box(request: HttpRequest, box_id: int) -> HttpResponse:
    """One box, to be changed."""
    card = queries.box_card(box_id)
    form = BoxForm(request.POST or None, initial={name: getattr(card, name) for name in BoxForm.base_fields})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_box(box_id, form.box())
        except Conflict as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("warehouse:boxes")
    return render(request, "warehouse/box.html", {"form": form, "box": card}, status=422 if form.errors else 200)


@require_POST
@needs(Can.WORK_IN_WAREHOUSE)
def archive(request: HttpRequest, box_id: int) -> HttpResponse:
    """Propose this box no more; with ``back``, again."""
    if "back" in request.POST:
        services.restore_box(box_id)
        messages.success(request, _("The box is on the shelf."))
    else:
        services.archive_box(box_id)
        messages.success(request, _("The box is taken off the shelf."))
    return redirect("warehouse:boxes")
