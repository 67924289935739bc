"""The door: signing up, logging in and out, choosing the company to work in."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hanmaru.central.companies import queries, services
from hanmaru.central.companies.errors import EmailTaken, WeakPassword
from hanmaru.central.companies.forms.entry import LogInForm, SignUpForm
from hanmaru.central.companies.middleware import client_address
from hanmaru.central.companies.queries import User
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.companies.views.access import MemberRequest, needs, open_to_all
from hanmaru.central.companies.views.look import wear
from hanmaru.kernel.errors import HanmaruError


def safe_next(request: HttpRequest, address: str | None) -> str:
    """The address to go on to; ours alone, the first page when there is none."""
    if address and url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return address
    return settings.LOGIN_REDIRECT_URL


def let_in(request: HttpRequest, user: User, company_id: int | None, address: str) -> HttpResponse:
    """Begin a fresh session of the person in the company and go on to ``address``, in their language."""
    source = client_address(request)
    with acting(company_id=company_id, user_id=user.pk, device_id=None, source=source):
        login(request, user)  # changes the session's key; writes last_login, which the trail shows as a log-in
    request.session["company"] = company_id
    return wear(redirect(address), user, secure=request.is_secure())


@open_to_all
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """A company begins."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    form = SignUpForm(request.POST if request.method == "POST" else None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        try:
            membership = services.sign_up(**form.cleaned_data)
        except EmailTaken as error:
            form.add_error("email", str(error))
        except WeakPassword as error:
            form.add_error("password", str(error))
        else:
            return let_in(request, membership.user, membership.company_id, settings.LOGIN_REDIRECT_URL)
    return render(request, "companies/sign_up.html", {"form": form}, status=422 if form.errors else 200)


@open_to_all
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Who are you? Then on to where the person wanted to go."""
    if request.user.is_authenticated:
        return redirect(safe_next(request, request.GET.get("next")))
    form = LogInForm(request.POST if request.method == "POST" else None, initial={"next": request.GET.get("next", "")})
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = services.check_login(
                email=given["email"], password=given["password"], address=client_address(request)
            )
        except HanmaruError as error:
            form.add_error(None, str(error))
            status = error.status if error.status == 429 else 422
        else:
            return let_in(request, user, *_where_to(request, user, safe_next(request, given["next"])))
    elif form.errors:
        status = 422
    return render(request, "companies/log_in.html", {"form": form}, status=status)


def _where_to(request: HttpRequest, user: User, wanted: str) -> tuple[int | None, str]:
    """The company to act for first, and the address to go on to: the choice of a company where there are several."""
    with acting(user_id=user.pk):  # the policy shows a person their own memberships
        companies = [membership.company_id for membership in queries.own_companies()]
    if len(companies) > 1:
        return companies[0], f"{reverse('companies:choose')}?{urlencode({'next': wanted})}"
    return (companies[0] if companies else None), wanted


@open_to_all
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect(settings.LOGIN_URL)


@needs()
@require_http_methods(["GET", "POST"])
def choose(request: MemberRequest) -> HttpResponse:
    """Ask in which of their companies the person works now."""
    companies = queries.own_companies()
    wanted = request.POST.get("company", "")
    if wanted.isdecimal() and int(wanted) in {membership.company_id for membership in companies}:
        request.session["company"] = int(wanted)
        return redirect(safe_next(request, request.POST.get("next")))
    if wanted:
        raise Http404
    shown = {"companies": companies, "next": safe_next(request, request.GET.get("next"))}
    return render(request, "companies/choose.html", shown)
