"""Open pages hear what a process without pages changes: a worker, a command."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from hanmaru.bus.connect import connect


@contextmanager
def telling_pages(environment: Mapping[str, str]) -> Iterator[None]:
    """Send what is changed inside over the bus, to the end. Django is set up by now."""
    from hanmaru.central.web.live import speak  # noqa: PLC0415 -- as said

    bus = connect(environment.get("HANMARU_BUS_URL") or "memory:")
    speak(bus)
    try:
        yield
    finally:
        bus.close()
