from django.apps import AppConfig


class WarehouseConfig(AppConfig):
    name = "hanmaru.central.warehouse"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hanmaru.central.orders.events import order_cancelled  # noqa: PLC0415 -- models are loaded by now, not before
        from hanmaru.central.warehouse.services.cancelling import on_order_cancelled  # noqa: PLC0415 -- same

        order_cancelled.connect(on_order_cancelled, dispatch_uid="warehouse")
