"""The first page of someone who has not logged in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hanmaru.central.companies.views.access import open_to_all


@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    """Say in one calm picture what Hanmaru is, and let people sign up or log in."""
    return render(request, "web/home.html")
