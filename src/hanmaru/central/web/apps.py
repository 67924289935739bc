"""Registers the shell with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanmaru.kernel.errors import speak


class WebConfig(AppConfig):
    """Templates, static files and template tags; no tables of its own."""

    name = "hanmaru.central.web"
    label = "web"
    verbose_name = _("Pages")

    def ready(self) -> None:
        """Let the errors of the rooms below, which know no Django, speak the language of whoever is looking."""
        speak(gettext)
