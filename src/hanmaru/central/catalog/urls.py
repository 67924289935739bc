"""Addresses of this app's pages."""

from django.urls import URLPattern, URLResolver, path

from hanmaru.central.catalog.views import pictures

app_name = "catalog"
urlpatterns: list[URLPattern | URLResolver] = [
    path("photos/<int:company_id>/<int:photo_id>/<int:edge>.webp", pictures.photo, name="photo"),
]
