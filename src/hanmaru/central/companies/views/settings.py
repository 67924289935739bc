"""The settings: a door to each, the company's own data, one's own, one's password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from hanmaru.central.companies import queries, services
from hanmaru.central.companies.access import Can, holds
from hanmaru.central.companies.errors import SlugTaken, WeakPassword, WrongPassword
from hanmaru.central.companies.forms.settings import CompanyForm, OrderPageForm, PasswordForm, ProfileForm
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.central.companies.views.look import wear


@needs()
@require_GET
def settings(request: MemberRequest) -> HttpResponse:
    """Everything that can be set, for this person."""
    may = {can.name.lower(): holds(request.membership, can) for can in Can}
    several = len(queries.own_companies()) > 1
    return render(request, "companies/settings.html", {"may": may, "several": several})


@needs(Can.CHANGE_SETTINGS)
@require_http_methods(["GET", "POST"])
def company(request: MemberRequest) -> HttpResponse:
    """The company's own data."""
    form = CompanyForm(request.POST if request.method == "POST" else None, initial=vars(request.company))
    if request.method == "POST" and form.is_valid():
        services.update_company(**form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("companies:settings")
    return render(request, "companies/company.html", {"form": form}, status=422 if form.errors else 200)


def order_page_link(request: HttpRequest, slug: str) -> str:
    """The full address of a company's order page; empty where this installation has none."""
    try:
        return request.build_absolute_uri(reverse("orders:shop", args=[slug]))
    except NoReverseMatch:
        return ""


@needs(Can.CHANGE_SETTINGS)
@require_http_methods(["GET", "POST"])
def order_page(request: MemberRequest) -> HttpResponse:
    """The order page of the customers: open or closed, its address."""
    form = OrderPageForm(request.POST if request.method == "POST" else None, initial=vars(request.company))
    if request.method == "POST" and form.is_valid():
        try:
            services.update_company(**form.cleaned_data)
        except SlugTaken as error:
            form.add_error("slug", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("companies:order_page")
    shown = {"form": form, "link": order_page_link(request, request.company.slug)}
    return render(request, "companies/order_page.html", shown, status=422 if form.errors else 200)


@needs()
@require_http_methods(["GET", "POST"])
def profile(request: MemberRequest) -> HttpResponse:
    """One's own name, and how the pages look to one."""
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=vars(request.membership.user))
    if request.method == "POST" and form.is_valid():
        services.update_profile(request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return wear(redirect("companies:settings"), request.user, secure=request.is_secure())
    return render(request, "companies/profile.html", {"form": form}, status=422 if form.errors else 200)


@needs()
@sensitive_post_parameters("present", "new")
@require_http_methods(["GET", "POST"])
def password(request: MemberRequest) -> HttpResponse:
    """One's own password; sessions on other machines end by the change."""
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_password(request.user, **form.cleaned_data)
        except WrongPassword as error:
            form.add_error("present", str(error))
        except WeakPassword as error:
            form.add_error("new", str(error))
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("Your password is changed. Other devices have to log in again."))
            return redirect("companies:settings")
    return render(request, "companies/password.html", {"form": form}, status=422 if form.errors else 200)
