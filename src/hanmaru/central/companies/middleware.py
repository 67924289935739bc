"""Sets who acts for the length of a request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from hanmaru.central.companies import queries
from hanmaru.central.companies.tenancy import acting


def client_address(request: HttpRequest) -> str:
    """Where a request came from."""
    return str(request.META.get("REMOTE_ADDR", ""))


class ActingMiddleware:
    """Finds the person's membership and acts for that company; a device's token is read by the API itself.

    ``request.membership`` is the membership and ``request.company`` its company, None where there is none. The company
    chosen last is kept in the session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request as the person for their company."""
        request.membership = request.company = None  # type: ignore[attr-defined]
        source = client_address(request)
        if not request.user.is_authenticated:
            with acting(company_id=None, user_id=None, device_id=None, source=source):
                return self.get_response(request)
        user_id = request.user.pk
        with acting(company_id=None, user_id=user_id, device_id=None, source=source):
            membership = queries.membership_of(user_id, request.session.get("company"))
            if membership is None:
                return self.get_response(request)
        request.membership = membership  # type: ignore[attr-defined]
        request.company = membership.company  # type: ignore[attr-defined]
        with acting(company_id=membership.company_id, user_id=user_id, device_id=None, source=source):
            if request.user.language and "django_language" not in request.COOKIES:
                translation.activate(request.user.language)
                request.LANGUAGE_CODE = translation.get_language() or "ko"
            return self.get_response(request)
