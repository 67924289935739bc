from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "hanmaru.central.stock"
    default_auto_field = "django.db.models.BigAutoField"
