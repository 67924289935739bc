"""What the plant's pages refuse, and what they could not ask."""

from django.utils.translation import gettext_lazy as _

from hanmaru.kernel.errors import Conflict, Invalid, NotFound, Refused, Unavailable


class SiteTaken(Conflict):
    """Another site, perhaps another company's, has this name; ``data["free"]`` is one that nobody has."""

    code = "plant.site_taken"
    message = _("The name %(name)s is taken. This one is free: %(free)s")


class SiteOfTheHouse(Refused):
    """The house's own machines speak under this name, and several companies share the house."""

    code = "plant.site_of_the_house"
    message = _(
        "Machines of this installation speak under the name %(name)s, and several companies share it. Ask whoever "
        "runs it for the name (hanmaru site add), or take one that is free: %(free)s"
    )


class LongName(Invalid):
    """A name too long to stand in addresses."""

    code = "plant.long_name"
    message = _("The name %(name)s is too long: at most %(most)s characters.")


class UnknownPart(NotFound):
    """No such site, asset, tag or connection in this company."""

    code = "plant.unknown"
    message = _("The plant has no %(what)s")


class NoAnswer(Unavailable):
    """The process beside the machines did not answer."""

    code = "plant.no_answer"
    message = _("%(who)s does not answer. Look at `hanmaru doctor`; the machines go on being read meanwhile.")


class HistoryRefused(Invalid):
    """The historian answered with an error, said in its words; ``data["why"]`` is its code."""

    code = "plant.history_refused"
    message = "%(words)s"


class GatewayRefused(Invalid):
    """The gateway answered with an error of its own, said in its words."""

    code = "plant.gateway_refused"
    message = "%(words)s"


class NoNote(Invalid):
    """A note without words, or at no time."""

    code = "plant.no_note"
    message = _("Write what happened, and choose a time on the curves.")


class BadSpan(Invalid):
    """A span of time that cannot be shown."""

    code = "plant.bad_span"
    message = _("Choose a time span that begins before it ends, and 1 to %(most)s tags.")
