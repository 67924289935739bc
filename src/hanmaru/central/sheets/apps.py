from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "hanmaru.central.sheets"
    default_auto_field = "django.db.models.BigAutoField"
