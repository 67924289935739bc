from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "hanmaru.central.web"
