"""Photos are shown to members of their company only; a photo never changes, so a browser may keep it."""

from django.http import FileResponse, HttpRequest
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from hanmaru.central.catalog import queries
from hanmaru.central.catalog.errors import NoSuchProduct


@require_safe
def photo(request: HttpRequest, photo_id: int, edge: int) -> FileResponse:
    """The picture of a photo, ``edge`` pixels at its longest side, 0 for the whole."""
    if getattr(request, "membership", None) is None:
        raise NoSuchProduct
    return picture(photo_id, edge)


def picture(photo_id: int, edge: int, *, for_customers: bool = False) -> FileResponse:
    """The answer with a photo's file; raises :class:`NoSuchProduct`."""
    response = FileResponse(
        queries.photo_file(photo_id, edge, for_customers=for_customers), content_type="image/webp", as_attachment=False
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    patch_cache_control(response, private=True, max_age=31_536_000, immutable=True)
    return response
