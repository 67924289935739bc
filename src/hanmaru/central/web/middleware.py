"""What every request passes on its way to a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from hanmaru.central.companies.api.problems import problem
from hanmaru.central.web.views.errors import too_large


class BodyLimitMiddleware:
    """Refuses a request of which the bridge dropped a part, since it was larger than anything we take."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 413 in the form the client reads, or pass the request on."""
        if not getattr(request, "body_dropped", 0):
            return self.get_response(request)
        page = too_large(request)
        if request.path.startswith("/api/"):
            return problem(page.status_code, "api.too_large", "The request is too large. Send it in parts.")
        return page
