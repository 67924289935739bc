from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    name = "hanmaru.central.companies"
    default_auto_field = "django.db.models.BigAutoField"
