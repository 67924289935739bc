"""Every address of the business, by app."""

from django.urls import include, path

urlpatterns = [
    path("", include("hanmaru.central.companies.urls")),
    path("", include("hanmaru.central.catalog.urls")),
    path("", include("hanmaru.central.stock.urls")),
    path("", include("hanmaru.central.orders.urls")),
    path("", include("hanmaru.central.warehouse.urls")),
    path("", include("hanmaru.central.web.urls")),
]
