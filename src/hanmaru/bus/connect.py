"""From the setting to the bus."""

from hanmaru.bus.contract import Bus
from hanmaru.bus.memory import MemoryBus
from hanmaru.bus.nats_bus import NatsBus
from hanmaru.kernel.errors import Invalid


class BadBusUrl(Invalid):
    """The setting names no bus that we know."""

    code = "bus.bad_url"
    message = "HANMARU_BUS_URL must begin with nats://, tls:// or be memory: ; it begins with %(scheme)s"


def connect(url: str) -> Bus:
    """Answer the bus at `url`: `nats://user:password@host:port`, or `memory:` for one within this process."""
    scheme = url.partition(":")[0]
    if scheme == "memory":
        return MemoryBus()
    if scheme in {"nats", "tls"}:
        return NatsBus(url)
    raise BadBusUrl(scheme=scheme)
