"""Guards of views: who may open a page.

Every view wears one of the two marks, ``needs`` or ``open_to_all``; a test refuses a route without one.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from hanmaru.central.companies.access import Can, Role, holds, roles_of
from hanmaru.central.companies.queries import Company, Membership, User

View = Callable[..., HttpResponse]


class MemberRequest(HttpRequest):
    """A request behind ``needs``: the person, their membership and company are known (set by ActingMiddleware)."""

    user: User
    membership: Membership
    company: Company
    htmx: Any


def needs(*wanted: Role | Can) -> Callable[[View], View]:
    """Let members in that hold one of the roles or capabilities; owners always, every member when none is named.

    Somebody unknown is sent to the log-in page and back; a person without company, or without the role, gets a page
    that says so (403).
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_login(request)
            membership = getattr(request, "membership", None)
            if membership is None:
                return render(request, "companies/no_company.html", status=403)
            if not holds(membership, *wanted):
                return refusal(request, *wanted)
            return view(request, *args, **kwargs)

        guarded.guard = wanted  # type: ignore[attr-defined]
        return guarded

    return guard


def open_to_all(view: View) -> View:
    """Mark a view that needs no membership: it guards itself, or there is nothing to guard."""
    view.guard = None  # type: ignore[attr-defined]
    return view


def refusal(request: HttpRequest, *wanted: Role | Can) -> HttpResponse:
    """The page that says which roles may do this (403)."""
    names = [str(role.label) for role in Role if role in {Role.OWNER, *roles_of(*wanted)}]
    sentence = _("Your role does not allow this. These roles may: %(roles)s.") % {"roles": ", ".join(names)}
    return render(request, "companies/refused.html", {"sentence": sentence}, status=403)


def _to_login(request: HttpRequest) -> HttpResponse:
    # A fragment's own address would show a fragment as a page after the log-in: the page it stands in is gone back to.
    if getattr(request, "htmx", False):
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = redirect_to_login(request.htmx.current_url_abs_path or "/").url  # type: ignore[attr-defined]
        return answer
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
