"""Photos: shown to members of their company, and to customers where the order page shows the product.

A photo never changes, so a browser may keep it; what is put in its place gets an address of its own.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from hanmaru.central.catalog import queries
from hanmaru.central.catalog.errors import NoSuchProduct
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.companies.views.access import open_to_all


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
