"""What servers say by status codes that people really meet, in our words: OPC UA Part 6, annex A.

A code without words here is shown by its name.
"""

from typing import Final

from asyncua import ua

from hanmaru.floor.words import Sentence, sentence
from hanmaru.gateway.errors import NO_ANSWER

_codes = ua.StatusCodes
_CLOSED: Final = sentence("the server has ended the connection")
_SESSION: Final = sentence("the server no longer knows our session")
_CERTIFICATE: Final = sentence("the server does not accept our certificate")
_NOT_LET_IN: Final = sentence("the server does not let this user in")
_PROTECTION: Final = sentence("the server refuses this protection of the line")
_FULL: Final = sentence("the server has no room for more of this; close another program that uses it")
_CANNOT: Final = sentence("the server cannot do this")
_BROKEN: Final = sentence("the server has an inner error")
_ADDRESS: Final = sentence("the device does not know this address")
_DEVICE: Final = sentence("the server does not reach the device behind it")

SAID: Final[dict[int, Sentence]] = {
    _codes.BadTimeout: NO_ANSWER,
    _codes.BadRequestTimeout: NO_ANSWER,
    **dict.fromkeys(
        (_codes.BadConnectionClosed, _codes.BadSecureChannelClosed, _codes.BadShutdown, _codes.BadServerHalted), _CLOSED
    ),
    _codes.BadConnectionRejected: sentence("the server refuses the connection"),
    **dict.fromkeys((_codes.BadSessionIdInvalid, _codes.BadSessionClosed, _codes.BadSessionNotActivated), _SESSION),
    _codes.BadSecureChannelIdInvalid: _SESSION,
    _codes.BadUserAccessDenied: sentence("this user may not do this at the server"),
    **dict.fromkeys(
        (_codes.BadIdentityTokenInvalid, _codes.BadIdentityTokenRejected, _codes.BadUserSignatureInvalid), _NOT_LET_IN
    ),
    **dict.fromkeys(
        (
            _codes.BadSecurityChecksFailed,
            _codes.BadCertificateUntrusted,
            _codes.BadCertificateInvalid,
            _codes.BadCertificateUseNotAllowed,
            _codes.BadCertificateUriInvalid,
            _codes.BadCertificateHostNameInvalid,
            _codes.BadCertificateChainIncomplete,
            _codes.BadCertificateRevoked,
            _codes.BadCertificateIssuerRevoked,
            _codes.BadCertificateRevocationUnknown,
            _codes.BadApplicationSignatureInvalid,
        ),
        _CERTIFICATE,
    ),
    _codes.BadCertificateTimeInvalid: sentence("the server says that our certificate is not valid at its time"),
    _codes.BadCertificateIssuerTimeInvalid: sentence("the server says that our certificate is not valid at its time"),
    **dict.fromkeys(
        (_codes.BadSecurityPolicyRejected, _codes.BadSecurityModeRejected, _codes.BadSecurityModeInsufficient),
        _PROTECTION,
    ),
    _codes.BadNodeIdUnknown: _ADDRESS,
    _codes.BadNodeIdInvalid: sentence("this is no address that the server can read"),
    _codes.BadAttributeIdInvalid: sentence("there is no value at this address"),
    _codes.BadNotReadable: sentence("this value cannot be read"),
    _codes.BadNotWritable: sentence("this value cannot be set"),
    _codes.BadWriteNotSupported: sentence("the server does not take this value in this form"),
    _codes.BadTypeMismatch: sentence("the value has another type than the server wants"),
    _codes.BadOutOfRange: sentence("the value lies outside what the server allows"),
    _codes.BadInvalidArgument: sentence("the server does not accept an argument"),
    _codes.BadArgumentsMissing: sentence("arguments are missing"),
    _codes.BadMethodInvalid: sentence("the server has no such method"),
    _codes.BadInvalidState: sentence("the machine is in a state in which it does not take this"),
    **dict.fromkeys(
        (
            _codes.BadTooManySessions,
            _codes.BadTooManySubscriptions,
            _codes.BadTooManyMonitoredItems,
            _codes.BadTooManyPublishRequests,
            _codes.BadResourceUnavailable,
            _codes.BadOutOfMemory,
            _codes.BadTcpNotEnoughResources,
        ),
        _FULL,
    ),
    **dict.fromkeys((_codes.BadServiceUnsupported, _codes.BadNotSupported, _codes.BadNotImplemented), _CANNOT),
    _codes.BadDataEncodingUnsupported: _CANNOT,
    **dict.fromkeys((_codes.BadInternalError, _codes.BadUnexpectedError, _codes.BadUnknownResponse), _BROKEN),
    **dict.fromkeys((_codes.BadCommunicationError, _codes.BadNoCommunication, _codes.BadNotConnected), _DEVICE),
    _codes.BadDeviceFailure: sentence("the device has failed"),
    _codes.BadSensorFailure: sentence("the sensor has failed"),
    _codes.BadOutOfService: sentence("out of service"),
    _codes.BadConfigurationError: sentence("the configuration does not fit the device"),
    _codes.BadWaitingForInitialData: sentence("no value yet"),
    _codes.BadNoData: sentence("the device has no data"),
    _codes.BadTcpEndpointUrlInvalid: sentence("the server does not know this address"),
    _codes.BadServerUriInvalid: sentence("the server does not know this address"),
    _codes.BadLicenseExpired: sentence("the licence of the server has run out"),
    _codes.BadLicenseLimitsExceeded: sentence("the licence of the server does not allow more"),
    _codes.BadLicenseNotAvailable: sentence("the server has no licence"),
    **dict.fromkeys(
        (_codes.BadRequestTooLarge, _codes.BadResponseTooLarge, _codes.BadTcpMessageTooLarge),
        sentence("the message is larger than the server takes"),
    ),
    _codes.BadEncodingLimitsExceeded: sentence("the message is larger than the server takes"),
    _codes.BadTooManyOperations: sentence("more at once than the server takes"),
}
