"""How one Modbus bus is reached, and what stands on it."""

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import parse_qsl, urlsplit

from hanmaru.floor.shapes import WrongShape, told
from hanmaru.gateway.drivers.modbus.plan import Limits
from hanmaru.gateway.drivers.modbus.points import Point

Transport = Literal["tcp", "rtu", "rtu-over-tcp"]
DEFAULT_PORT: Final = 502  # registered for mbap with IANA
SCHEMES: Final[dict[str, Transport]] = {
    "modbus": "tcp", "modbus+tcp": "tcp", "modbus+rtu": "rtu", "modbus+rtu-tcp": "rtu-over-tcp",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Config:
    """One bus: a TCP connection or a serial line, with one unit or many."""

    transport: Transport = told("What carries the requests.", default="tcp")
    host: str = told("Name or address of the device or gateway, for TCP.", longest=255, default="")
    port: int = told("Port, for TCP.", low=1, high=65_535, default=DEFAULT_PORT)
    line: str = told("Serial line, such as `/dev/serial/by-id/...`, for RTU.", longest=255, default="", opens="port")
    baud: int = told("Bits a second on the line.", low=300, high=4_000_000, default=19_200)
    parity: Literal["N", "E", "O"] = told("Parity of the line; the standard's is even.", default="E")
    stop_bits: int = told("Stop bits; two where there is no parity.", low=1, high=2, default=1)
    timeout: float = told("Seconds that a unit has for an answer.", low=0.02, high=120, default=1.0)
    retries: int = told(
        "How often a request is sent again before its unit counts as silent.", low=0, high=10, default=2
    )
    pause: float = told("Seconds of quiet between two requests, for slow units.", low=0, high=10, default=0.0)
    most_registers: int = told("Most registers in one request; some makers allow fewer.", low=1, high=125, default=125)
    most_bits: int = told("Most coils or inputs in one request.", low=1, high=2000, default=2000)
    gap: int = told("Most addresses that are read along for nothing, to save a request.", low=0, high=120, default=8)
    write_many: bool = told("Set single registers with function 16 too, for units that lack function 6.", default=False)
    refresh: float = told(
        "Seconds after which a value is told again though it has not changed.", low=1, high=86_400, default=60.0
    )
    registers: tuple[Point, ...] = told("The map of registers.", most=5000, default=())
    map_file: str = told(
        "A register map in CSV on the gateway's machine, besides `registers`.", longest=400, default="", opens="file"
    )

    def __post_init__(self) -> None:
        if self.transport == "rtu" and not self.line:
            raise WrongShape(field="config.line", problem="give the serial line, such as /dev/ttyUSB0")
        if self.transport != "rtu" and not self.host:
            raise WrongShape(field="config.host", problem="give the device's name or address")

    @classmethod
    def from_url(cls, url: str) -> "Config":
        """Take `modbus://host:502`, `modbus+rtu:///dev/ttyUSB0?baud=9600&parity=N`, `modbus+rtu-tcp://host:4001`."""
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        if unknown := query.keys() - {"baud", "parity", "timeout"}:
            raise WrongShape(field=min(unknown), problem="give baud, parity or timeout")
        parity = query.get("parity", "E").upper()
        if parity not in {"N", "E", "O"}:
            raise WrongShape(field="parity", problem="give N, E or O")
        return cls(
            transport=SCHEMES[parts.scheme],
            host=parts.hostname or "",
            port=parts.port or DEFAULT_PORT,
            line=parts.path if parts.scheme == "modbus+rtu" else "",
            baud=int(query.get("baud", "19200")),
            parity=parity,  # type: ignore[arg-type]
            timeout=float(query.get("timeout", "1")),
        )

    @property
    def device(self) -> str:
        """Answer how sentences call the bus."""
        return self.line if self.transport == "rtu" else f"{self.host}:{self.port}"

    @property
    def limits(self) -> Limits:
        """Answer what one request may read."""
        return Limits(self.most_registers, self.most_bits, self.gap)
