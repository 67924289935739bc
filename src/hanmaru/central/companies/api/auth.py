"""Who may call the API: a device or program with a token of the right scope (RFC 6750, bearer tokens)."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from hanmaru.kernel.errors import Forbidden, Unauthenticated


class NotSignedIn(Unauthenticated):
    """No token, or one that is not ours."""

    code = "api.token"
    message = _("Authorization: send a device token as Bearer. Make one in Settings, Devices.")


class ScopeMissing(Forbidden):
    """The token is good for other things."""

    code = "api.scope"
    message = _("This token lacks the scope %(scope)s. Make a token that has it.")


class DeviceAuth(HttpBearer):
    """Lets in the device that the middleware found by its token, when it has the scope."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:  # noqa: ARG002 -- the middleware has checked it
        """The device; raises ScopeMissing. A token that is no good was refused before."""
        device = getattr(request, "device", None)
        if device is None:
            raise NotSignedIn
        if not device.may(self.scope):
            raise ScopeMissing(scope=self.scope)
        return device
