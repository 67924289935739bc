"""The first page: what Hanmaru is, for visitors; on to their work, for people who have logged in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hanmaru.central.companies.views.access import open_to_all
from hanmaru.central.web.navigation import first_destination


@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    """Say in one calm picture what Hanmaru is, and let people sign up or log in; lead on who is in already."""
    if request.user.is_authenticated:
        return redirect(first_destination())
    return render(request, "web/home.html")
