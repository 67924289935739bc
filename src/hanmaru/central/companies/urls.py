"""Addresses of this app's pages."""

from django.urls import path

from hanmaru.central.companies.views import entry

app_name = "companies"
urlpatterns = [
    path("sign-up/", entry.sign_up, name="signup"),
    path("login/", entry.log_in, name="login"),
    path("logout/", entry.log_out, name="logout"),
]
