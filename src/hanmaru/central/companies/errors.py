"""What companies and their people are refused, each with its remedy."""

from django.utils.translation import gettext_lazy as _

from hanmaru.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, TooMany, Unauthenticated


class WrongLogin(Unauthenticated):
    """The e-mail address, the password or both are wrong; which of them is never said."""

    code = "companies.wrong_login"
    message = _("The e-mail address or the password is wrong. Check both and try again.")


class TooManyAttempts(TooMany):
    """``data["minutes"]``: how long to wait."""

    code = "companies.too_many_attempts"
    message = _("Too many failed attempts. Try again in %(minutes)s min.")


class EmailTaken(Conflict):
    """Somebody signs in with this address already."""

    code = "companies.email_taken"
    message = _("This e-mail address already has an account. Log in with it.")


class WeakPassword(Invalid):
    """``data["advice"]``: the sentences of the password rules."""

    code = "companies.weak_password"
    message = _("This password is too weak. %(advice)s")


class WrongPassword(Invalid):
    """The present password, asked for before it is changed, is wrong."""

    code = "companies.wrong_password"
    message = _("The present password is wrong. Type it again.")


class NotAMember(NotFound):
    """No such person in this company."""

    code = "companies.not_a_member"
    message = _("This person is not in your company. Load the page again.")


class LastOwner(Refused):
    """A company always has an owner."""

    code = "companies.last_owner"
    message = _("A company needs an owner. Make someone else an owner first.")


class NotAllowed(Forbidden):
    """The person's roles do not allow it."""

    code = "companies.not_allowed"
    message = _("Your role does not allow this. Ask an owner of your company.")


class NoRole(Invalid):
    """A person without a role could do nothing."""

    code = "companies.no_role"
    message = _("Choose at least one role.")


class LinkUnknown(NotFound):
    """The key of a link fits nothing: mistyped, cut off or made up."""

    code = "companies.link_unknown"
    message = _("This link is not right. Copy the whole link and open it again.")


class LinkExpired(Refused):
    """The link was good once."""

    code = "companies.link_expired"
    message = _("This link has expired. Ask for a new one.")


class LinkUsed(Refused):
    """A link works once."""

    code = "companies.link_used"
    message = _("This link was already used. Log in, or ask for a new one.")


class LinkRevoked(Refused):
    """Whoever made the link took it back."""

    code = "companies.link_revoked"
    message = _("This link was withdrawn. Ask for a new one.")


class InvitedAsAnother(Refused):
    """The invitation names another address than the one logged in with."""

    code = "companies.invited_as_another"
    message = _("This invitation is for %(email)s. Log out and open the link again.")


class AlreadyAMember(Conflict):
    """The person is in the company already."""

    code = "companies.already_a_member"
    message = _("You are already in this company.")


class AlsoElsewhere(Refused):
    """A password opens all companies of a person, so an owner of one may not set it."""

    code = "companies.also_elsewhere"
    message = _("This person also works in another company. Only the platform operator can reset the password.")


class SlugTaken(Conflict):
    """Another company's order page has this address."""

    code = "companies.slug_taken"
    message = _("This address is taken. Choose another.")


class NoAccount(NotFound):
    """Nobody signs in with this address."""

    code = "companies.no_account"
    message = _("Nobody has the e-mail address %(email)s here.")
