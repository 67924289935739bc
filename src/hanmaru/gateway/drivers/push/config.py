"""Where the push driver listens and who may send."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from hanmaru.floor.shapes import WrongShape, told


@dataclass(frozen=True, slots=True)
class PushConfig:
    """An address of our own, and the token that senders show."""

    token: str = told(
        "What senders show: `Authorization: Bearer ...`; at least 16 characters.", longest=200, secret=True
    )
    host: str = told("Address to listen on; 0.0.0.0 for other machines too.", longest=253, default="127.0.0.1")
    port: int = told("Port to listen on.", low=1, high=65_535, default=8031)
    time_field: str = told("Field of the time; without it the time of receipt.", longest=80, default="time")
    most_bytes: int = told("Largest message.", low=1000, high=64 * 1024 * 1024, default=4 * 1024 * 1024)

    def __post_init__(self) -> None:
        if len(self.token) < 16 or not self.token.isascii():
            raise WrongShape(field="config.token", problem="give at least 16 characters of ASCII")

    @classmethod
    def from_url(cls, url: str) -> "PushConfig":
        """Make one of `push://0.0.0.0:8031?token=...`."""
        parts = urlsplit(url)
        token = dict(parse_qsl(parts.query)).get("token", "")
        return cls(token, parts.hostname or "127.0.0.1", parts.port or 8031)
