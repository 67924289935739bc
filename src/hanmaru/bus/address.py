"""The address of a NATS server, as settings give it: `nats://` or `tls://`; `?ca=` names a certificate to trust."""

import ssl
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from hanmaru.kernel.errors import Invalid


class BadCertificate(Invalid):
    """The file after `?ca=` is no certificate."""

    code = "bus.bad_certificate"
    message = "The certificate %(file)s of the bus cannot be read: %(why)s. Name a file in PEM"


@dataclass(frozen=True, slots=True)
class Address:
    """What nats-py needs."""

    url: str
    user: str
    tls: ssl.SSLContext | None


def parsed(url: str) -> Address:
    """Take an address apart. Raise BadCertificate."""
    parts = urlsplit(url)
    tls = None
    if parts.scheme == "tls":
        file = parse_qs(parts.query).get("ca", [""])[0]
        try:
            tls = ssl.create_default_context(cafile=file or None)
        except (OSError, ssl.SSLError) as error:
            raise BadCertificate(file=file, why=error.strerror or error) from error
    return Address(urlunsplit(parts._replace(query="")), unquote(parts.username or ""), tls)
