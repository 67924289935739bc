"""Addresses of the shell: language, text size, the gallery of parts."""

from django.urls import URLPattern, URLResolver, path

from hanmaru.central.web import metrics
from hanmaru.central.web.views import gallery, home, live, switches, today

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", metrics.health, name="health"),
    path("metrics", metrics.metrics, name="metrics"),
    path("live", live.not_here, name="live"),
    path("", home.home, name="home"),
    path("today/", today.today, name="today"),
    path("language/", switches.language, name="set_language"),
    path("text-size/", switches.text_size, name="text_size"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/scan/", gallery.scan, name="gallery_scan"),
]
