"""Sets who acts for the length of a request."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from hanmaru.central.companies import queries
from hanmaru.central.companies.api.problems import problem_of
from hanmaru.central.companies.services.tokens import acting_device
from hanmaru.central.companies.tenancy import acting, acting_person
from hanmaru.kernel.errors import Unauthenticated

API: Final = "/api/"
_BEARER: Final = "Bearer "


def client_address(request: HttpRequest) -> str:
    """Where a request came from."""
    return str(request.META.get("REMOTE_ADDR", ""))


class ActingMiddleware:
    """Finds out who asks, and acts as them: a person by their session on pages, a device by its token in the API.

    On pages ``request.membership`` is the person's membership and ``request.company`` its company, each None where
    there is none; the company chosen last is kept in the session. In the API ``request.device`` is the device, or None;
    a token that is no good is refused here. A session opens no API, a token opens no page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        """Answer the request as whoever asks."""
        request.membership = request.company = request.device = None
        if request.path.startswith(API):
            return self._for_device(request)
        if request.user.is_authenticated:
            return self._for_person(request)
        return self._for_nobody(request)

    def _for_nobody(self, request: Any) -> HttpResponse:
        with acting(company_id=None, user_id=None, device_id=None, source=client_address(request)):
            return self.get_response(request)

    def _for_device(self, request: Any) -> HttpResponse:
        header = request.headers.get("Authorization", "")
        if not header.startswith(_BEARER):
            return self._for_nobody(request)
        try:
            with acting_device(header.removeprefix(_BEARER), source=client_address(request)) as device:
                request.device = device
                return self.get_response(request)
        except Unauthenticated as error:
            return problem_of(error)

    def _for_person(self, request: Any) -> HttpResponse:
        with acting_person(request.user.pk, request.session.get("company"), client_address(request)) as who:
            if who.company_id is None:
                return self.get_response(request)
            request.membership = queries.own_membership()
            request.company = request.membership.company
            if request.user.language and "django_language" not in request.COOKIES:
                translation.activate(request.user.language)
                request.LANGUAGE_CODE = translation.get_language() or "ko"
            with timezone.override(request.company.time_zone):
                return self.get_response(request)
