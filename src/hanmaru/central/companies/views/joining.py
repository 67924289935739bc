"""Links that open a door: an invitation, a new password."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hanmaru.central.companies import services
from hanmaru.central.companies.errors import EmailTaken, WeakPassword
from hanmaru.central.companies.forms.people import JoinForm, NewPasswordForm
from hanmaru.central.companies.views.access import open_to_all
from hanmaru.central.companies.views.entry import let_in
from hanmaru.central.companies.views.people import role_words
from hanmaru.kernel.errors import HanmaruError


def _refused(request: HttpRequest, error: HanmaruError) -> HttpResponse:
    status = 404 if error.status == 404 else 410
    return render(request, "companies/link_refused.html", {"sentence": str(error)}, status=status)


@open_to_all
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: Any, key: str) -> HttpResponse:
    """Accept an invitation, with the account that is logged in or a new one."""
    try:
        invitation = services.open_invitation(key)
        if request.user.is_authenticated:
            if request.method == "POST":
                membership = services.join(key, request.user)
                request.session["company"] = membership.company_id
                return redirect(settings.LOGIN_REDIRECT_URL)
            form = None
        else:
            form = JoinForm(
                request.POST if request.method == "POST" else None,
                email=invitation.email,
                initial={"language": get_language()},
            )
            if request.method == "POST" and form.is_valid():
                answer = _join_as_new(request, key, form)
                if answer is not None:
                    return answer
    except HanmaruError as error:
        return _refused(request, error)
    shown = {"invitation": invitation, "roles": role_words(invitation.roles), "form": form}
    return render(request, "companies/join.html", shown, status=422 if form and form.errors else 200)


def _join_as_new(request: HttpRequest, key: str, form: JoinForm) -> HttpResponse | None:
    try:
        membership = services.join_as_new(key, **form.cleaned_data)
    except EmailTaken as error:
        form.add_error("email", str(error))
    except WeakPassword as error:
        form.add_error("password", str(error))
    else:
        return let_in(request, membership.user, membership.company_id, settings.LOGIN_REDIRECT_URL)
    return None


@open_to_all
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, key: str) -> HttpResponse:
    """Set a new password by a link."""
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    try:
        user = services.open_reset(key)
        if request.method == "POST" and form.is_valid():
            try:
                services.reset_password(key, form.cleaned_data["password"])
            except WeakPassword as error:
                form.add_error("password", str(error))
            else:
                return render(request, "companies/reset_done.html", {"person": user})
    except HanmaruError as error:
        return _refused(request, error)
    return render(request, "companies/reset.html", {"form": form, "person": user}, status=422 if form.errors else 200)
