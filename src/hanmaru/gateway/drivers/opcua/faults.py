"""What went wrong with a server, as the class that says what happens next, with words that name the remedy.

Status codes: OPC UA Part 4, 7.39.2 and Part 6, annex A.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from asyncua import ua
from asyncua.ua.uaerrors import UaError, UaStatusCodeError

from hanmaru.floor.words import Sentence, sentence
from hanmaru.gateway.drivers.opcua.status import SAID
from hanmaru.gateway.errors import NO_ANSWER, Reconfigure, Retry, system_said

CODE: Final = 0xFFFF0000
_codes = ua.StatusCodes

# What a person has to do: (why, remedy). Everything else may go by itself.
REMEDIES: Final[dict[int, tuple[Sentence, Sentence]]] = {
    **dict.fromkeys(
        (_codes.BadUserAccessDenied, _codes.BadIdentityTokenInvalid, _codes.BadIdentityTokenRejected),
        (
            sentence("the server does not let this user in"),
            sentence("Check user and password, and whether the server allows this way to log in"),
        ),
    ),
    **dict.fromkeys(
        (
            _codes.BadSecurityChecksFailed,
            _codes.BadCertificateUntrusted,
            _codes.BadCertificateInvalid,
            _codes.BadCertificateUseNotAllowed,
            _codes.BadCertificateUriInvalid,
            _codes.BadCertificateChainIncomplete,
        ),
        (
            sentence("the server does not accept our certificate"),
            sentence(
                "Move the certificate of Hanmaru from the rejected to the trusted ones at the server, then test again"
            ),
        ),
    ),
    _codes.BadCertificateTimeInvalid: (
        sentence("the server says that our certificate is not valid at its time"),
        sentence("Set the server's clock; if it is right, remove own.der and own.pem of this source and test again"),
    ),
    **dict.fromkeys(
        (_codes.BadSecurityPolicyRejected, _codes.BadSecurityModeRejected, _codes.BadSecurityModeInsufficient),
        (
            sentence("the server refuses this protection of the line"),
            sentence("Choose another `security`, or switch on Basic256Sha256 at the server"),
        ),
    ),
    **dict.fromkeys(
        (_codes.BadTcpEndpointUrlInvalid, _codes.BadServerUriInvalid),
        (
            sentence("the server does not know this address"),
            sentence("Check the path in `url`: the server's own list shows it"),
        ),
    ),
}
# Codes by which a server asks for smaller requests.
TOO_MUCH: Final = {
    _codes.BadTooManyOperations,
    _codes.BadRequestTooLarge,
    _codes.BadResponseTooLarge,
    _codes.BadEncodingLimitsExceeded,
    _codes.BadTcpMessageTooLarge,
}
# Codes by which a server says that it has no subscriptions, or no more of them.
NO_SUBSCRIPTIONS: Final = {
    _codes.BadServiceUnsupported,
    _codes.BadNotImplemented,
    _codes.BadNotSupported,
    _codes.BadTooManySubscriptions,
}


@contextmanager
def told(device: str) -> Iterator[None]:
    """Turn what asyncua and the network raise into Retry and Reconfigure."""
    try:
        yield
    except UaStatusCodeError as error:
        raise of_code(device, error.code) from error
    except TimeoutError as error:
        raise Retry(device=device, why=NO_ANSWER) from error
    except OSError as error:  # ConnectionError among them
        raise Retry(device=device, why=system_said(error)) from error
    except UaError as error:
        why = sentence("what the server says cannot be understood: %(words)s", words=str(error)[:200])
        raise Retry(device=device, why=why) from error


def of_code(device: str, code: int) -> Retry | Reconfigure:
    """Answer the error for a status code that ended what we were doing."""
    known = REMEDIES.get(code & CODE)
    if known is None:
        return Retry(device=device, why=words(code))
    return Reconfigure(device=device, why=known[0], remedy=known[1])


def words(code: int) -> Sentence:
    """Answer a status code in words, without the low bits; with its name, by which manuals and makers know it."""
    name, text = ua.status_codes.get_name_and_doc(code & CODE)
    if text.startswith("Unknown"):
        name = f"0x{code:08X}"
    said = SAID.get(code & CODE)
    return (
        sentence("the server says %(code)s", code=name)
        if said is None
        else sentence("%(why)s (%(name)s)", why=said, name=name)
    )
