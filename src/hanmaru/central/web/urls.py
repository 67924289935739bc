"""Addresses of the shell: language, text size, the gallery of parts."""

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from hanmaru.central.companies.views.access import open_to_all
from hanmaru.central.web.api import api
from hanmaru.central.web.views import gallery, home, live, size

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("live", live.not_here, name="live"),
    path("", home.home, name="home"),
    path("language/", open_to_all(set_language), name="set_language"),
    path("text-size/", size.text_size, name="text_size"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/scan/", gallery.scan, name="gallery_scan"),
]
