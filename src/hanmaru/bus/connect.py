"""From the setting to the bus."""

from hanmaru.bus.contract import Bus
from hanmaru.bus.memory import MemoryBus
from hanmaru.bus.memory_streams import MemoryStreams
from hanmaru.bus.nats_bus import NatsBus
from hanmaru.bus.nats_streams import NatsStreams
from hanmaru.bus.streams import Streams
from hanmaru.kernel.errors import Invalid


class BadBusUrl(Invalid):
    """The setting names no bus that we know."""

    code = "bus.bad_url"
    message = "HANMARU_BUS_URL must begin with nats://, tls:// or be memory: ; it begins with %(scheme)s"


def connect(url: str) -> Bus:
    """Answer the bus at `url`: `nats://user:password@host:port`, or `memory:` for one within this process."""
    if _is_nats(url):
        return NatsBus(url)
    return MemoryBus()


def connect_streams(url: str) -> Streams:
    """Answer the part of the bus at `url` that keeps things. Call it within the event loop that is to use it.

    It answers at once; a server that is not there yet is waited for by each call. `memory:` is a new, empty one.
    """
    if _is_nats(url):
        return NatsStreams(url)
    return MemoryStreams()


def _is_nats(url: str) -> bool:
    scheme = url.partition(":")[0]
    if scheme not in {"memory", "nats", "tls"}:
        raise BadBusUrl(scheme=scheme)
    return scheme != "memory"
