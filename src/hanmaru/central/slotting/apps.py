from django.apps import AppConfig


class SlottingConfig(AppConfig):
    name = "hanmaru.central.slotting"
    default_auto_field = "django.db.models.BigAutoField"
