"""What can go wrong with a device. The class says what happens next; the sentence says what a person can do."""

import errno
from typing import Final

from hanmaru.floor.words import Sentence, foreign, sentence
from hanmaru.kernel.errors import Invalid, Unavailable

NO_ANSWER: Final = sentence("it did not answer in time")


class Retry(Unavailable):
    """It may go by itself: not reached, timed out, busy. The session tries again, with growing pauses."""

    code = "gateway.retry"
    message = "%(device)s: %(why)s. Hanmaru tries again by itself"

    def __init__(self, *, device: object, why: Sentence, **data: object) -> None:
        """Take what is in trouble, and why as the middle of a sentence."""
        super().__init__(device=device, why=why, **data)


class Reconfigure(Invalid):
    """It will not go until a person changes the configuration: wrong password, unknown node, certificate expired.

    The session stops trying at a fast pace, shows the remedy and looks again every few minutes.
    """

    code = "gateway.reconfigure"
    message = "%(device)s: %(why)s. %(remedy)s"

    def __init__(self, *, device: object, why: Sentence, remedy: Sentence, **data: object) -> None:
        """Take what is in trouble, why as the middle of a sentence, and what to do as one of its own."""
        super().__init__(device=device, why=why, remedy=remedy, **data)


class Stop(Invalid):
    """It must not go on: the device says that going on is unsafe, or it is not the device that was meant."""

    code = "gateway.stop"
    message = "%(device)s: %(why)s. %(remedy)s"

    def __init__(self, *, device: object, why: Sentence, remedy: Sentence, **data: object) -> None:
        """Take what is in trouble, why as the middle of a sentence, and what to do as one of its own."""
        super().__init__(device=device, why=why, remedy=remedy, **data)


REFUSED_BY_THE_SYSTEM: Final = {
    errno.ECONNREFUSED: sentence("nothing answers at this address: is it switched on, and the port right"),
    errno.EHOSTUNREACH: sentence("no way leads to this address: check the cable and the network"),
    errno.ENETUNREACH: sentence("no way leads to this address: check the cable and the network"),
    errno.ECONNRESET: sentence("the device has hung up"),
    errno.EPIPE: sentence("the device has hung up"),
    errno.ETIMEDOUT: NO_ANSWER,
    errno.ENOENT: sentence("there is no such file or port"),
    errno.EACCES: sentence("the account that Hanmaru runs under may not open it"),
    errno.EBUSY: sentence("another program uses it"),
    errno.ENOSPC: sentence("the disk is full"),
    errno.EIO: sentence("the line or disk has failed"),
}
HUNG_UP: Final = REFUSED_BY_THE_SYSTEM[errno.ECONNRESET]


def system_said(error: BaseException) -> Sentence:
    """Answer what the operating system or the network says, in our words where we have any for it."""
    if isinstance(error, TimeoutError):
        return NO_ANSWER
    if isinstance(error, OSError):
        number = error.errno
        if number in REFUSED_BY_THE_SYSTEM:
            return REFUSED_BY_THE_SYSTEM[number]
        if isinstance(error, (ConnectionError, EOFError)) and not str(error):
            return HUNG_UP
    return foreign(str(error).strip()[:200] or type(error).__name__)
