"""The switches: language and size of the text, remembered in a cookie and on the account."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from hanmaru.central.companies.services import remember_look
from hanmaru.central.companies.views.access import open_to_all
from hanmaru.central.web.navigation import SIZE_COOKIE, SIZES

_A_YEAR = 365 * 24 * 3600


@open_to_all
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak `language` from now on, here and wherever the person logs in; back to `next`."""
    if request.user.is_authenticated:
        remember_look(request.user, language=request.POST.get("language", ""))
    return set_language(request)


@open_to_all
@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Remember `size` (normal or larger; anything else is normal) and go back to `next`."""
    wanted = request.POST.get("size", "")
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if safe else "/")
    chosen = wanted if wanted in SIZES else SIZES[0]
    if request.user.is_authenticated:
        remember_look(request.user, text_size=chosen)
    response.set_cookie(SIZE_COOKIE, chosen, max_age=_A_YEAR, samesite="Lax", secure=request.is_secure())
    return response
