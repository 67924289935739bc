"""Tokens of devices and programs."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hanmaru.central.companies import queries, services
from hanmaru.central.companies.access import SCOPES, Can
from hanmaru.central.companies.forms.settings import DeviceForm
from hanmaru.central.companies.queries import DeviceToken
from hanmaru.central.companies.views.access import needs
from hanmaru.kernel.errors import NotFound


def _state(token: DeviceToken) -> str:
    if token.revoked_at:
        return "revoked"
    return "expired" if token.expires_at and token.expires_at <= timezone.now() else "good"


@needs(Can.MANAGE_DEVICES)
@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    """All device tokens, without their secrets."""
    rows = [
        {"token": token, "state": _state(token), "scopes": [SCOPES.get(scope, scope) for scope in token.scopes]}
        for token in queries.device_tokens()
    ]
    return render(request, "companies/devices.html", {"rows": rows})


@needs(Can.MANAGE_DEVICES)
@never_cache
@require_http_methods(["GET", "POST"])
def new_device(request: HttpRequest) -> HttpResponse:
    """Make a token, shown once."""
    form = DeviceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        token = services.issue_token(name, form.cleaned_data["scopes"], expires_at=form.expires_at())
        return render(request, "companies/device_made.html", {"token": token, "name": name})
    return render(request, "companies/new_device.html", {"form": form}, status=422 if form.errors else 200)


@needs(Can.MANAGE_DEVICES)
@require_POST
def revoke_device(request: HttpRequest, token_id: int) -> HttpResponse:
    """Take a token back."""
    try:
        services.revoke_token(token_id)
    except NotFound:
        raise Http404 from None
    messages.success(request, _("The device is shut out from now on."))
    return redirect("companies:devices")
