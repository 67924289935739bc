"""Why there is no plan."""

from typing import Final

from hanmaru.kernel.errors import Invalid, Phrase, Phrases, Refused


class BadStore(Invalid):
    """The problem contradicts itself: an index out of range, a number below zero."""

    code = "slotting.bad_store"
    message = "%(field)s: %(reason)s. Please correct it"


class FitsNowhere(Invalid):
    """A material needs more adjacent bins than any rack that it may use has."""

    code = "slotting.fits_nowhere"
    message = (
        "Material %(material)s needs %(bins)s adjacent bins; the longest free stretch it may use has %(longest)s: "
        "give it fewer bins, split it, or allow it another rack"
    )


class TooFull(Refused):
    """The materials need more bins than there are, or cannot be laid into the racks as they are cut."""

    code = "slotting.too_full"
    message = (
        "The materials need %(needed)s bins, the racks have %(bins)s, and no way was found to lay them in: "
        "add racks or take materials out"
    )


REASONS: Final = {
    "fixed": "%(one)s fixed",
    "aisles": "the aisles of %(one)s",
    "forbidden": "the racks forbidden to %(one)s",
    "mass": "the mass of %(one)s",
    "apart": "%(one)s apart from %(other)s",
    "blocked": "blocked bins %(one)s",
    "needs": "%(bins)s bins for %(one)s",
    "rack": "rack %(rack)s has %(bins)s bins of its kind",
    "some_blocked": "blocked bins",
    "elsewhere": "%(one)s allowed only in other aisles",
    "not_there": "%(one)s forbidden in that rack",
    "heavy": "%(one)s too heavy for that level",
    "nowhere": "%(one)s may lie in no rack: its aisles, forbidden racks, mass and bin sizes",
    "itself": "%(one)s apart from itself",
    "most": "most_moves %(most)s",
    "today": "other rules that forbid more of today's places",
    "method": "method %(method)s knows nothing of today; choose auto",
    "without": "today's plan without %(count)s materials",
}
"""Rules, as they are named where they clash."""


def clashing(*rules: Phrase) -> "RulesClash":
    """Rules that clash, each named by `rule`."""
    return RulesClash(rules=Phrases(rules))


def rule(kind: str, /, **data: object) -> Phrase:
    """Name a rule, as a kind of REASONS."""
    return Phrase(REASONS[kind], **data)


class RulesClash(Refused):
    """Rules that cannot hold together; no smaller set of those named clashes."""

    code = "slotting.rules_clash"
    message = "These rules cannot hold together: %(rules)s. Please drop one of them"


class TodayTwice(Invalid):
    """A layout of today that cannot be: one bin for two, or one that is blocked."""

    code = "slotting.today_twice"
    message = (
        "today: %(one)s and %(other)s take the same bin %(bin)s of rack %(rack)s in aisle %(aisle)s. "
        "Mend where they are"
    )


class TooLarge(Refused):
    """The source's model, bin by bin, outgrows what a solver bears."""

    code = "slotting.too_large"
    message = (
        "The model bin by bin would have %(columns)s variables, more than %(most)s: choose method auto, exact or ga"
    )


class NoPlanInTime(Refused):
    """A solver was cut off before it found any plan."""

    code = "slotting.no_plan_in_time"
    message = "Method %(method)s found no plan in the time given: give it more, or choose method auto"
