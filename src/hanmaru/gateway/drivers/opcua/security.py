"""Certificates: our own, and whether the server's is the one that a person has accepted.

Source: OPC UA Part 4, 6.1.3 (determining whether a certificate is trusted) and Part 6, 6.2.2 (application instance
certificates); the policy is Basic256Sha256 of Part 7.
"""

import hashlib
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from asyncua import ua
from asyncua.client.client import Client
from asyncua.crypto import cert_gen
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from asyncua.crypto.uacrypto import CertProperties
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from hanmaru.floor.words import sentence
from hanmaru.gateway.drivers.opcua.config import Config, plain
from hanmaru.gateway.errors import Reconfigure, Stop

MODES: Final = {
    "none": ua.MessageSecurityMode.None_,
    "sign": ua.MessageSecurityMode.Sign,
    "sign-and-encrypt": ua.MessageSecurityMode.SignAndEncrypt,
}
VALID_DAYS: Final = 3650
RENEW_BEFORE: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Own:
    """Our certificate (DER) and its private key (PEM)."""

    certificate: bytes
    key: bytes


def application_uri() -> str:
    """Answer the name by which servers know this gateway; it stands in our certificate as well."""
    return f"urn:{socket.gethostname()}:hanmaru:gateway"


def own(folder: Path | None) -> Own:
    """Answer our certificate out of the folder, made when there is none or it ends soon; without a folder a new one."""
    if folder is not None and (folder / "own.der").exists() and (folder / "own.pem").exists():
        kept = Own((folder / "own.der").read_bytes(), (folder / "own.pem").read_bytes())
        ends = x509.load_der_x509_certificate(kept.certificate).not_valid_after_utc
        if ends - datetime.now(UTC) > RENEW_BEFORE:
            return kept
    made = _make()
    if folder is not None:
        (folder / "own.der").write_bytes(made.certificate)
        handle = os.open(folder / "own.pem", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(made.key)
    return made


def _make() -> Own:
    key = cert_gen.generate_private_key()
    names: list[x509.GeneralName] = [
        x509.UniformResourceIdentifier(application_uri()),
        x509.DNSName(socket.gethostname()),
    ]
    certificate = cert_gen.generate_self_signed_app_certificate(
        key, "Hanmaru gateway", {}, names, [ExtendedKeyUsageOID.CLIENT_AUTH], VALID_DAYS
    )
    return Own(certificate.public_bytes(Encoding.DER), cert_gen.dump_private_key_as_pem(key))


async def protect(client: Client, config: Config, mine: Own) -> None:
    """Set a client's protection after the server's list of endpoints. Raise Reconfigure, Stop, and asyncua's errors."""
    endpoints = await client.connect_and_get_server_endpoints()
    endpoint = _endpoint(endpoints, config)
    check_server(endpoint.ServerCertificate or b"", config)
    await client.set_security(
        SecurityPolicyBasic256Sha256,
        CertProperties(mine.certificate, "der"),
        CertProperties(mine.key, "pem"),
        server_certificate=_first(endpoint.ServerCertificate),
        mode=MODES[config.security],
    )


def _endpoint(endpoints: list[ua.EndpointDescription], config: Config) -> ua.EndpointDescription:
    wanted = (MODES[config.security], SecurityPolicyBasic256Sha256.URI)
    for endpoint in endpoints:
        if (endpoint.SecurityMode, endpoint.SecurityPolicyUri) == wanted:
            return endpoint
    offered = sorted({f"{one.SecurityMode.name} {str(one.SecurityPolicyUri).rpartition('#')[2]}" for one in endpoints})
    raise Reconfigure(
        device=config.device,
        why=sentence(
            "the server has no endpoint with %(security)s and Basic256Sha256; it offers %(offered)s",
            security=config.security,
            offered=", ".join(offered),
        ),
        remedy=sentence("Choose another `security`, or switch on Basic256Sha256 at the server"),
    )


def fingerprint(certificate: bytes) -> str:
    """Answer the SHA-256 of a certificate (DER), 64 digits."""
    return hashlib.sha256(certificate).hexdigest()


def _first(chain: bytes) -> bytes:
    """Answer the first certificate of a chain, which comes as one after the other (DER: length in bytes 2 and 3)."""
    return chain[: int.from_bytes(chain[2:4], "big") + 4]


def check_server(chain: bytes, config: Config) -> None:
    """Make sure that a server's certificate is valid now and was accepted by a person. Raise Reconfigure, Stop."""
    try:
        certificate = x509.load_der_x509_certificate(_first(chain))
    except ValueError as error:
        raise Reconfigure(
            device=config.device,
            why=sentence("the server shows no certificate that can be read"),
            remedy=sentence("Let the server make or load a certificate, then test again"),
        ) from error
    begins, ends, now = certificate.not_valid_before_utc, certificate.not_valid_after_utc, datetime.now(UTC)
    if not begins <= now <= ends:
        raise Reconfigure(
            device=config.device,
            why=sentence(
                "the server's certificate is valid from %(begins)s to %(ends)s UTC, it is %(now)s UTC now",
                begins=f"{begins:%Y-%m-%d %H:%M}",
                ends=f"{ends:%Y-%m-%d %H:%M}",
                now=f"{now:%Y-%m-%d %H:%M}",
            ),
            remedy=sentence("Renew the certificate at the server, or set the clock of this machine if it is wrong"),
        )
    shown = fingerprint(_first(chain))
    trusted = [plain(one) for one in config.trusted]
    if shown in trusted:
        return
    data = {"fingerprint": shown, "subject": certificate.subject.rfc4514_string(), "ends": f"{ends:%Y-%m-%d}"}
    if not trusted:
        raise Reconfigure(
            device=config.device,
            why=sentence(
                "nobody has accepted its certificate yet, with the fingerprint %(fingerprint)s", fingerprint=shown
            ),
            remedy=sentence("Compare the fingerprint with what the server itself shows, and enter it under `trusted`"),
            **data,
        )
    raise Stop(
        device=config.device,
        why=sentence(
            "it shows another certificate than the accepted one, with the fingerprint %(fingerprint)s",
            fingerprint=shown,
        ),
        remedy=sentence(
            "If the server has got a new certificate, compare the fingerprint there and enter it under `trusted`; "
            "if not, somebody stands in between: do not go on"
        ),
        **data,
    )
