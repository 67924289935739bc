"""Storage classes: the kinds of places that goods need."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hanmaru.central.catalog import queries, services
from hanmaru.central.catalog.forms.storage import StorageClassForm
from hanmaru.central.catalog.views.answers import found, refusals_told
from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.kernel.errors import HanmaruError


@needs(Can.EDIT_PRODUCTS)
@require_http_methods(["GET", "HEAD", "POST"])
def classes(request: HttpRequest) -> HttpResponse:
    """All storage classes; posting adds one."""
    form = StorageClassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_storage_class(**form.cleaned_data)
        except HanmaruError as error:
            form.add_error("code" if form.cleaned_data["code"] else "name", str(error))
        else:
            messages.success(request, _("Storage class added."))
            return redirect("catalog:storage_classes")
    context = {"form": form, "classes": queries.storage_classes()}
    return render(request, "catalog/storage_classes.html", context, status=422 if form.errors else 200)


@needs(Can.EDIT_PRODUCTS)
@require_POST
@found
def change(request: HttpRequest, class_id: int) -> HttpResponse:
    """Rename a storage class, or delete one that nothing needs."""
    if class_id not in {one.id for one in queries.storage_classes()}:
        raise Http404
    with refusals_told(request):
        if "delete" in request.POST:
            services.delete_storage_class(class_id)
            messages.success(request, _("Storage class deleted."))
        else:
            services.rename_storage_class(class_id, request.POST.get("name", ""))
            messages.success(request, _("Saved."))
    return redirect("catalog:storage_classes")
