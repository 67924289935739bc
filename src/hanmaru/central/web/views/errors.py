"""What went wrong, in a sentence, and what to do next. Reads no database: it may be what is broken.

Below ``/api/`` the same is said as problem details (RFC 9457).
"""

import sys
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from hanmaru.central.companies.api.problems import problem
from hanmaru.central.companies.middleware import API
from hanmaru.central.web.navigation import SIZE_COOKIE
from hanmaru.kernel.errors import HanmaruError

CODES: Final = {
    HTTPStatus.BAD_REQUEST: "api.malformed",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "api.too_large",
    HTTPStatus.INTERNAL_SERVER_ERROR: "error",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
}


def _page(request: HttpRequest, status: HTTPStatus, title: str, remedy: str, *, again: bool = False) -> HttpResponse:
    if request.path.startswith(API):
        return problem(status, CODES[status], f"{title}. {remedy}")
    context = {
        "status": int(status),
        "title": title,
        "remedy": remedy,
        "again": request.get_full_path() if again and request.method == "GET" else "",
        "size": request.COOKIES.get(SIZE_COOKIE, ""),
    }
    return render(request, "web/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what was sent could not be read; 413 where it was too much of it."""
    if isinstance(exception, TooManyFieldsSent):
        remedy = _("Go back and choose fewer at once: a form may hold up to %(most)s entries. Nothing was saved.")
        most = f"{settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,}"
        return _page(
            request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("Too much was chosen at once"), remedy % {"most": most}
        )
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return too_large(request)
    remedy = _("Go back, check what you entered and send it again.")
    return _page(request, HTTPStatus.BAD_REQUEST, _("We could not read what was sent"), remedy)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person's role does not include it."""
    del exception
    remedy = _("Ask the owner of your company to give you this task, under People.")
    return _page(request, HTTPStatus.FORBIDDEN, _("This is not among your tasks"), remedy)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the CSRF check, for CSRF_FAILURE_VIEW: the form is older than the log-in, or cookies are off."""
    del reason
    remedy = _("Go back, load the page again and send it once more. If it happens again, allow cookies for this site.")
    return _page(request, HTTPStatus.FORBIDDEN, _("The page was open too long"), remedy)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing that this company may see."""
    del exception
    remedy = _("It may have been removed, or the address has a typing error. Start again from Today.")
    return _page(request, HTTPStatus.NOT_FOUND, _("There is nothing here"), remedy)


def too_large(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """413: a file or form above the limit."""
    del exception
    remedy = _("Choose a smaller file. A photo may have up to 20 MB; split a long list into several files.")
    return _page(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("This file is too big"), remedy)


def refused(request: HttpRequest, error: HanmaruError) -> HttpResponse:
    """4xx of our own: what was refused and the remedy stand in the error's sentence."""
    return _page(request, HTTPStatus(error.status), _("This cannot be done now"), str(error))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; 503 while the database does not answer, as when it starts anew."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        remedy = _("Wait a moment and try again. What was saved before is safe.")
        page = _page(request, HTTPStatus.SERVICE_UNAVAILABLE, _("The database does not answer"), remedy, again=True)
        page["Retry-After"] = "1"
        return page
    remedy = _("It is not your fault and nothing was half saved. Wait a moment and try again.")
    return _page(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("Something broke on our side"), remedy, again=True)
