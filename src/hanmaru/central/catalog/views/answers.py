"""How the catalogue's pages answer what cannot be done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from hanmaru.central.catalog.errors import BarcodeTaken, CodeTaken, NoSuchProduct, SkuTaken, TrackingFixed
from hanmaru.kernel.errors import HanmaruError

_FIELDS: dict[type[HanmaruError], str] = {
    CodeTaken: "code",
    SkuTaken: "sku",
    BarcodeTaken: "gtin",
    TrackingFixed: "tracking",
}


def found(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What does not exist for this company is "not found", as a page."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NoSuchProduct:
            raise Http404 from None

    return answer


@contextmanager
def refusals_told(request: HttpRequest) -> Iterator[None]:
    """What a service refuses is told on the next page."""
    try:
        yield
    except NoSuchProduct:
        raise
    except HanmaruError as error:
        messages.error(request, str(error))


def blame(form: forms.Form, error: HanmaruError) -> None:
    """Put an error at the field it is about, or above the form."""
    name = _FIELDS.get(type(error))
    form.add_error(name if name in form.fields else None, str(error))
