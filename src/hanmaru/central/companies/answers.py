"""How a page answers what a service refuses: missing things are not found, all else is said and one goes back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from hanmaru.kernel.errors import HanmaruError, NotFound

View = Callable[..., HttpResponse]


def says_why(view: View) -> View:
    """Turn our own errors into pages."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFound as error:
            raise Http404(str(error)) from None
        except HanmaruError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(_back(request))

    return answered


def _back(request: HttpRequest) -> str:
    """The page that was left, if it is ours and another than this one; else the first page of the app."""
    before = request.headers.get("Referer", "")
    assert request.resolver_match is not None  # noqa: S101 -- for the type checker: a view is answering
    ours = url_has_allowed_host_and_scheme(before, {request.get_host()})
    return before if ours and request.method == "POST" else reverse(f"{request.resolver_match.app_name}:home")
