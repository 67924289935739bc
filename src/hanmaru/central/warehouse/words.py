"""The words of decisions: why a place is proposed or refused, and why a box."""

from collections.abc import Iterable

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from hanmaru.decide.packing import Cause
from hanmaru.decide.putaway import Breach, Proposal, Reason, Violation


def why_there(proposal: Proposal) -> str:
    """Why this place is proposed, in a short sentence."""
    match proposal.reason:
        case Reason.SAME_PRODUCT:
            return _("The same product lies there already (%(count)s).") % {
                "count": number_format(int(proposal.data["same_variant"] or 0), force_grouping=True)
            }
        case Reason.ONLY_PLACE:
            return _("The only place with room for all.")
        case Reason.BOUGHT_TOGETHER:
            return _("What is often ordered with it lies there.")
        case Reason.PART:
            return _("Room for %(fits)s of %(wanted)s.") % {
                "fits": proposal.data["fits"],
                "wanted": proposal.data["wanted"],
            }
        case Reason.NEAREST:
            return _("The nearest place with room.")


def _amount(breach: Breach, value: int | str | None) -> str:
    if breach is Breach.VOLUME:
        return _("%(litres)s L") % {"litres": number_format(int(value or 0) / 1_000_000, 1, force_grouping=True)}
    if breach is Breach.WEIGHT:
        return _("%(kilograms)s kg") % {"kilograms": number_format(int(value or 0) / 1_000, 1, force_grouping=True)}
    return number_format(int(value or 0), force_grouping=True)


def _why_not(violation: Violation) -> str:
    names = {"wanted": violation.wanted, "free": violation.free}
    match violation.breach:
        case Breach.CLOSED:
            return _("it is closed.")
        case Breach.STORAGE_CLASS:
            return _("it is only for %(free)s.") % names
        case Breach.SIZE:
            return _("the opening is too small (%(free)s mm).") % names
    names = {
        "wanted": _amount(violation.breach, violation.wanted),
        "free": _amount(violation.breach, max(0, int(violation.free or 0))),
    }
    match violation.breach:
        case Breach.VOLUME:
            return _("too little room: %(free)s free, %(wanted)s needed.") % names
        case Breach.WEIGHT:
            return _("too heavy: %(free)s more allowed, this is %(wanted)s.") % names
        case _other:
            return _("too many pieces: %(free)s more fit, these are %(wanted)s.") % names


def why_not(violations: Iterable[Violation]) -> str:
    """Every limit that a place would break, as one sentence after a colon."""
    return " ".join(_why_not(violation) for violation in violations)


def why_unfit(cause: Cause) -> str:
    """Why an item goes into no box."""
    match cause:
        case Cause.NO_BOXES:
            return _("There are no boxes yet. Add them in the settings.")
        case Cause.TOO_LARGE:
            return _("It fits in no box.")
        case Cause.TOO_HEAVY:
            return _("It is too heavy for every box.")
