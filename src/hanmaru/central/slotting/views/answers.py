"""How a page answers what a service refuses: missing things are not found, all else is said and one goes back."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

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
    """The page that was left, if it is ours and another than this one."""
    before = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(before, {request.get_host()})
    return before if ours and request.method == "POST" else reverse("slotting:home")


def json_file(text: str, name: str) -> HttpResponse:
    """JSON to be kept as a file of that name."""
    answer = HttpResponse(text, content_type="application/json")
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-") or "slotting.json"
    answer["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return answer
