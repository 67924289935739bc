"""What the serial driver must know of a device."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from hanmaru.floor.shapes import WrongShape, told


@dataclass(frozen=True, slots=True)
class SerialConfig:
    """A port and what is plugged into it."""

    port: str = told("Serial port: /dev/serial/by-id/..., /dev/ttyUSB0.", longest=300, opens="port")
    device: Literal["scale", "printer", "rc522"] = told("What is at the port.", default="scale")
    baud: int = told("Speed of the line.", low=300, high=4_000_000, default=9600)
    ask: str = told(
        "Scale: what is sent to get a weight, such as `Q`; empty for one that sends by itself.", longest=20, default=""
    )
    every: float = told("Seconds between two questions.", low=0.05, high=3600, default=1.0)
    patience: float = told("Seconds of silence after which the device counts as gone.", low=0.2, high=3600, default=5.0)
    encoding: str = told("Printer: character encoding of its labels.", longest=40, default="utf-8")

    def __post_init__(self) -> None:
        if not self.port.startswith("/"):
            raise WrongShape(field="config.port", problem="give the whole path of the port, from /")
        try:
            "".encode(self.encoding)
        except LookupError as error:
            raise WrongShape(field="config.encoding", problem="give one that Python knows, such as cp949") from error

    @classmethod
    def from_url(cls, url: str) -> "SerialConfig":
        """Make one of `serial:///dev/ttyUSB0?device=scale&baud=9600&ask=Q`."""
        parts = urlsplit(url)
        given = dict(parse_qsl(parts.query, keep_blank_values=True))
        baud = int(given.pop("baud", "9600"))
        return cls(port=unquote(parts.path), baud=baud, **given)  # type: ignore[arg-type]
