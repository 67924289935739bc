"""What every request passes on its way to a page."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hanmaru.central.companies.api.problems import problem
from hanmaru.central.companies.middleware import API
from hanmaru.central.web.views.errors import not_found, refused, too_large
from hanmaru.kernel.errors import HanmaruError, Unavailable


class BodyLimitMiddleware:
    """Refuses a request of which the bridge dropped a part, since it was larger than anything we take."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 413 in the form the client reads, or pass the request on."""
        if not getattr(request, "body_dropped", 0):
            return self.get_response(request)
        page = too_large(request)
        if request.path.startswith(API):
            return problem(page.status_code, "api.too_large", _("The request is too large. Send it in parts."))
        return page


class ApiMethodMiddleware:
    """Says with problem details that an address of the API does not take a method: Ninja itself says it bare."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on and dress a bare 405."""
        bare = self.get_response(request)
        if bare.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not request.path.startswith(API):
            return bare
        dressed = problem(bare.status_code, "api.method", _("This address does not take the method. See Allow."))
        dressed["Allow"] = bare["Allow"]
        return dressed


class RefusalMiddleware:
    """Turns an error of ours that no view has met into a page with its sentence; nothing is there is a plain 404."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what was refused, or is not there for now; faults of ours (other 5xx) go on to be logged."""
        if not isinstance(exception, HanmaruError):
            return None
        if exception.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(exception, Unavailable):
            return None
        if exception.status == HTTPStatus.NOT_FOUND:
            return not_found(request)
        return refused(request, exception)


class ContentPolicyMiddleware:
    """Lets a page load from us alone, and run no script that stands in the page itself (W3C CSP level 3)."""

    policy = (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    )
    described = f"{policy}; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the policy to every answer; the API's own description page is drawn by a script within it."""
        response = self.get_response(request)
        response["Content-Security-Policy"] = self.described if request.path == "/api/v1/docs" else self.policy
        return response
