"""How the pages of orders answer what does not exist or cannot be done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from hanmaru.kernel.errors import HanmaruError, NotFound

PAGE = 50
View = Callable[..., HttpResponse]


def found(view: View) -> View:
    """What does not exist for this company is "not found", as a page."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFound:
            raise Http404 from None

    return answer


@contextmanager
def refusals_told(request: HttpRequest) -> Iterator[None]:
    """What a service refuses is told on the next page."""
    try:
        yield
    except NotFound:
        raise
    except HanmaruError as error:
        messages.error(request, str(error))


def after_of(request: HttpRequest) -> int | None:
    """The id behind which the page begins; nonsense begins at the beginning."""
    text = request.GET.get("after", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None
