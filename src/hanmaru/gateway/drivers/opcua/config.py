"""How one OPC UA server is reached and read."""

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from hanmaru.floor.shapes import WrongShape, told

FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")
DEFAULT_PORT: Final = 4840  # registered for opc.tcp with IANA
Security = Literal["none", "sign", "sign-and-encrypt"]


@dataclass(frozen=True, slots=True)
class Config:
    """One server, the way into it, and how its values are taken."""

    url: str = told("Address of the server: `opc.tcp://host:4840/path`.", longest=400)
    security: Security = told("How the line is protected, with Basic256Sha256.", default="none")
    user: str = told("User name; empty to come without a name.", longest=120, default="")
    password: str = told("Password of the user.", longest=400, default="", secret=True)
    user_certificate: bool = told(
        "Log in with our own certificate (`user.der` and `user.pem` in the driver's folder).", default=False
    )
    trusted: tuple[str, ...] = told(
        "SHA-256 fingerprints of certificates of the server that a person has compared and accepted. One more may be "
        "entered before the server changes to it.",
        longest=95,
        most=8,
        default=(),
    )
    timeout: float = told("Seconds that the server has for an answer.", low=0.1, high=300, default=10.0)
    publishing: float = told("Seconds between two deliveries of changes.", low=0.005, high=60, default=0.25)
    queue: int = told(
        "Changes of one node that the server is asked to keep between deliveries and while the line is down.",
        low=1,
        high=100_000,
        default=100,
    )
    keep: float = told(
        "Seconds that the server is asked to keep our subscription while the line is down.",
        low=10,
        high=86_400,
        default=600.0,
    )
    block: int = told(
        "Most nodes in one request; a server that allows fewer is asked for fewer.", low=1, high=10_000, default=1000
    )
    items: int = told("Most nodes in one subscription.", low=1, high=1_000_000, default=10_000)
    subscribe: bool = told("Let the server tell changes; when false, nodes are read in a cycle.", default=True)
    browse_most: int = told("Most nodes that one folder is listed with.", low=10, high=1_000_000, default=100_000)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "opc.tcp" or not parts.hostname:
            raise WrongShape(field="config.url", problem="give opc.tcp://host:4840, and the path if there is one")
        if parts.username or parts.password:
            raise WrongShape(field="config.url", problem="give the name in `user` and the password in `password`")
        for fingerprint in self.trusted:
            if not FINGERPRINT.fullmatch(plain(fingerprint)):
                raise WrongShape(field="config.trusted", problem="a fingerprint is 64 digits 0-9 a-f")
        if self.user and self.user_certificate:
            raise WrongShape(field="config.user_certificate", problem="log in by name or by certificate, not by both")

    @classmethod
    def from_url(cls, url: str) -> "Config":
        """Take `opc.tcp://user:password@host:port/path?security=sign-and-encrypt`, as a person types it."""
        parts = urlsplit(url)
        host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
        query = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
        security = query.get("security", "none")
        if security not in {"none", "sign", "sign-and-encrypt"}:
            raise WrongShape(field="security", problem="give none, sign or sign-and-encrypt")
        return cls(
            url=f"opc.tcp://{host or ''}:{parts.port or DEFAULT_PORT}{parts.path}",
            security=security,  # type: ignore[arg-type]
            user=parts.username or "",
            password=parts.password or "",
        )

    @property
    def device(self) -> str:
        """Answer how sentences call the server."""
        return self.url


def plain(fingerprint: str) -> str:
    """Answer a fingerprint as programs compare it: small letters, no colons or blanks."""
    return re.sub(r"[\s:]", "", fingerprint).lower()
