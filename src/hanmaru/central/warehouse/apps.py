from django.apps import AppConfig


class WarehouseConfig(AppConfig):
    name = "hanmaru.central.warehouse"
    default_auto_field = "django.db.models.BigAutoField"
