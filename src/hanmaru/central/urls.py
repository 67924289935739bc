"""Every address of the business, by app."""

from django.urls import include, path

from hanmaru.central.web.api import api

urlpatterns = [
    # First, since Django tries one after the other: behind the pages, a tenth of a call's time went into finding it.
    path("api/v1/", api.urls),
    path("", include("hanmaru.central.companies.urls")),
    path("", include("hanmaru.central.catalog.urls")),
    path("", include("hanmaru.central.stock.urls")),
    path("", include("hanmaru.central.orders.urls")),
    path("", include("hanmaru.central.warehouse.urls")),
    path("", include("hanmaru.central.slotting.urls")),
    path("", include("hanmaru.central.plant.urls")),
    path("", include("hanmaru.central.web.urls")),
]

_errors = "hanmaru.central.web.views.errors"
handler400 = f"{_errors}.bad_request"
handler403 = f"{_errors}.permission_denied"
handler404 = f"{_errors}.not_found"
handler500 = f"{_errors}.server_error"
