from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "hanmaru.central.orders"
    default_auto_field = "django.db.models.BigAutoField"
