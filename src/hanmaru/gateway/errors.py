"""What can go wrong with a device. The class says what happens next; the sentence says what a person can do."""

from hanmaru.kernel.errors import Invalid, Unavailable


class Retry(Unavailable):
    """It may go by itself: not reached, timed out, busy. The session tries again, with growing pauses."""

    code = "gateway.retry"
    message = "%(device)s: %(why)s. Hanmaru tries again by itself"


class Reconfigure(Invalid):
    """It will not go until a person changes the configuration: wrong password, unknown node, certificate expired.

    The session stops trying at a fast pace, shows the remedy and looks again every few minutes.
    """

    code = "gateway.reconfigure"
    message = "%(device)s: %(why)s. %(remedy)s"


class Stop(Invalid):
    """It must not go on: the device says that going on is unsafe, or it is not the device that was meant."""

    code = "gateway.stop"
    message = "%(device)s: %(why)s. %(remedy)s"
