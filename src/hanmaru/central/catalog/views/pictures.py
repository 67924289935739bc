"""Photos: shown to members of their company, and to customers where the order page shows the product.

A photo never changes, so a browser may keep it; what is put in its place gets an address of its own.
"""

from typing import Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanmaru.central.catalog import queries, services
from hanmaru.central.catalog.errors import NoSuchProduct
from hanmaru.central.catalog.forms.pictures import PhotosForm
from hanmaru.central.catalog.photos import MAX_BYTES
from hanmaru.central.catalog.views.answers import found, refusals_told
from hanmaru.central.catalog.views.products import steps
from hanmaru.central.companies.access import Can
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.companies.views.access import needs, open_to_all
from hanmaru.kernel.errors import HanmaruError


@open_to_all
@require_safe
def photo(request: HttpRequest, company_id: int, photo_id: int, edge: int) -> HttpResponse:
    """The picture of a photo, ``edge`` pixels at its longest side, 0 for the whole."""
    member = getattr(request, "membership", None)
    ours = member is not None and member.company_id == company_id
    try:
        with acting(company_id=company_id):
            file = queries.photo_file(photo_id, edge, for_customers=not ours)
    except NoSuchProduct:
        raise Http404 from None
    with file:
        response = HttpResponse(file.read(), content_type="image/webp")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    patch_cache_control(response, private=True, max_age=31_536_000, immutable=True)
    return response


@needs(Can.EDIT_PRODUCTS)
@require_http_methods(["GET", "HEAD", "POST"])
@found
def photos(request: HttpRequest, product_id: int) -> HttpResponse:
    """The photos of a product, step 3 of a new one; posting adds some."""
    product = queries.product_card(product_id)
    form = PhotosForm(request.POST, request.FILES) if request.method == "POST" else PhotosForm()
    if form.is_bound and form.is_valid():
        _add(request, product_id, form.cleaned_data["photos"])
        return redirect(request.get_full_path())
    context = {
        "product": product,
        "form": form,
        "photos": queries.photos_of(product_id),
        "is_new": "new" in request.GET,
        "steps": steps(3),
        "most_bytes": MAX_BYTES,
    }
    return render(request, "catalog/photos.html", context, status=422 if form.errors else 200)


def _add(request: HttpRequest, product_id: int, files: list[UploadedFile[Any]]) -> None:
    """Add what can be added; say of each other file why not."""
    added = 0
    for file in files:
        try:
            services.add_photo(product_id, cast("services.Upload", file))
        except NoSuchProduct:
            raise
        except HanmaruError as error:
            messages.error(request, f"{file.name}: {error}")
        else:
            added += 1
    if added:
        told = ngettext("%(count)s photo added.", "%(count)s photos added.", added)
        messages.success(request, told % {"count": added})


@needs(Can.EDIT_PRODUCTS)
@require_POST
@found
def change_photo(request: HttpRequest, product_id: int, photo_id: int) -> HttpResponse:
    """Describe a photo, put it before the one before it, or delete it."""
    ids = [card.id for card in queries.photos_of(product_id)]
    if photo_id not in ids:
        raise NoSuchProduct
    with refusals_told(request):
        if "delete" in request.POST:
            services.delete_photo(photo_id)
            messages.success(request, _("Photo deleted."))
        elif "forward" in request.POST:
            place = max(ids.index(photo_id) - 1, 0)
            ids.remove(photo_id)
            services.order_photos(product_id, [*ids[:place], photo_id, *ids[place:]])
        else:
            services.describe_photo(photo_id, request.POST.get("alt", ""))
            messages.success(request, _("Saved."))
    back = redirect("catalog:photos", product_id)
    if "new" in request.GET:
        back["Location"] += "?new=1"
    return back
