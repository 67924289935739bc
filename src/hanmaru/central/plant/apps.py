from django.apps import AppConfig


class PlantConfig(AppConfig):
    name = "hanmaru.central.plant"
    default_auto_field = "django.db.models.BigAutoField"
