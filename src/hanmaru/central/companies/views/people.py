"""The people of a company: who they are, what they may do, inviting and removing them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hanmaru.central.companies import queries, services
from hanmaru.central.companies.access import Can, Role, holds
from hanmaru.central.companies.forms.people import InviteForm, RolesForm
from hanmaru.central.companies.queries import Membership
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.kernel.errors import HanmaruError


def role_words(roles: list[str]) -> list[str]:
    """The names of roles, in the order of the table."""
    return [str(role.label) for role in Role if role in roles]


@needs()
@require_GET
def people(request: MemberRequest) -> HttpResponse:
    """Everybody in the company; open invitations for those who may invite."""
    manages = holds(request.membership, Can.MANAGE_PEOPLE)
    rows = [{"member": member, "roles": role_words(member.roles)} for member in queries.members()]
    invitations = [
        {"invitation": invitation, "roles": role_words(invitation.roles)}
        for invitation in (queries.open_invitations() if manages else ())
    ]
    shown = {"rows": rows, "invitations": invitations, "manages": manages}
    return render(request, "companies/people.html", shown)


@needs()
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """Who may do what."""
    rows = [
        {"title": can.title, "roles": role_words([Role.OWNER, *can.roles]), "all": len(can.roles) == len(Role)}
        for can in Can
    ]
    return render(request, "companies/roles.html", {"rows": rows})


@needs(Can.MANAGE_PEOPLE)
@never_cache
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Make an invitation link, shown once."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        key = services.invite(**form.cleaned_data)
        link = request.build_absolute_uri(reverse("companies:join", args=[key]))
        return render(request, "companies/invited.html", {"link": link, "email": form.cleaned_data["email"]})
    return render(request, "companies/invite.html", {"form": form}, status=422 if form.errors else 200)


@needs(Can.MANAGE_PEOPLE)
@require_POST
def revoke_invitation(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation."""
    try:
        services.revoke_invitation(invitation_id)
    except HanmaruError as error:
        if error.status == 404:
            raise Http404 from None
        messages.error(request, str(error))
    else:
        messages.success(request, _("The invitation is withdrawn."))
    return redirect("companies:people")


def _member(membership_id: int) -> Membership:
    member = queries.member(membership_id)
    if member is None:
        raise Http404
    return member


@needs(Can.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, membership_id: int) -> HttpResponse:
    """One person: their roles, a link for a new password, and leaving."""
    member = _member(membership_id)
    form = RolesForm(request.POST if request.method == "POST" else None, initial={"roles": member.roles})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_roles(membership_id, form.cleaned_data["roles"])
        except HanmaruError as error:
            form.add_error("roles", str(error))
        else:
            messages.success(request, _("The roles are saved."))
            return redirect("companies:people")
    shown = {"member": member, "form": form}
    return render(request, "companies/person.html", shown, status=422 if form.errors else 200)


@needs(Can.MANAGE_PEOPLE)
@require_POST
def remove(request: HttpRequest, membership_id: int) -> HttpResponse:
    """End a membership."""
    member = _member(membership_id)
    try:
        services.remove(membership_id)
    except HanmaruError as error:
        messages.error(request, str(error))
        return redirect("companies:person", membership_id)
    messages.success(request, _("No longer in the company: %(name)s") % {"name": member.user.name})
    return redirect("companies:people")


@needs(Can.MANAGE_PEOPLE)
@never_cache
@require_POST
def password_link(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Make a link for a new password, shown once."""
    member = _member(membership_id)
    try:
        key = services.make_reset_link(membership_id)
    except HanmaruError as error:
        messages.error(request, str(error))
        return redirect("companies:person", membership_id)
    link = request.build_absolute_uri(reverse("companies:reset", args=[key]))
    return render(request, "companies/password_link.html", {"member": member, "link": link})
