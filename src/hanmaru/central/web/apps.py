"""Registers the shell with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """Templates, static files and template tags; no tables of its own."""

    name = "hanmaru.central.web"
    label = "web"
    verbose_name = _("Pages")
