"""Sets who acts for the length of a request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from hanmaru.central.companies import queries
from hanmaru.central.companies.api.problems import problem_of
from hanmaru.central.companies.services.tokens import authenticate
from hanmaru.central.companies.tenancy import acting
from hanmaru.kernel.errors import HanmaruError


def client_address(request: HttpRequest) -> str:
    """Where a request came from."""
    return str(request.META.get("REMOTE_ADDR", ""))


class ActingMiddleware:
    """Finds out who acts for which company: a person by the session, a device by its token.

    ``request.membership`` is the person's membership and ``request.company`` its company, ``request.device`` the
    device; None where there is none. The company chosen last is kept in the session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request as whoever sent it."""
        request.membership = request.company = request.device = None  # type: ignore[attr-defined]
        source = client_address(request)
        scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._as_device(request, token, source)
        if not request.user.is_authenticated:
            with acting(company_id=None, user_id=None, device_id=None, source=source):
                return self.get_response(request)
        return self._as_person(request, source)

    def _as_device(self, request: HttpRequest, token: str, source: str) -> HttpResponse:
        try:
            device = authenticate(token)
        except HanmaruError as error:
            return problem_of(error)
        request.device = device  # type: ignore[attr-defined]
        with acting(company_id=device.company_id, user_id=None, device_id=device.id, source=source):
            return self.get_response(request)

    def _as_person(self, request: HttpRequest, source: str) -> HttpResponse:
        user_id = int(request.user.pk or 0)
        chosen = request.session.get("company")
        # The session is ours, yet membership may have ended since: it is looked up before anything else is.
        with acting(company_id=chosen, user_id=user_id, device_id=None, source=source):
            membership = queries.membership_of(user_id, chosen)
            if membership is None:
                with acting(company_id=None):
                    return self.get_response(request)
            request.membership = membership  # type: ignore[attr-defined]
            request.company = membership.company  # type: ignore[attr-defined]
            if membership.company_id == chosen:
                return self._in_own_language(request)
            request.session["company"] = membership.company_id
            with acting(company_id=membership.company_id):
                return self._in_own_language(request)

    def _in_own_language(self, request: HttpRequest) -> HttpResponse:
        if request.user.language and "django_language" not in request.COOKIES:  # type: ignore[union-attr]
            translation.activate(request.user.language)  # type: ignore[union-attr]
            request.LANGUAGE_CODE = translation.get_language() or "ko"
        return self.get_response(request)
