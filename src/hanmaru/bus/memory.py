"""A bus within one process, for tests and for a command that runs alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hanmaru.bus.envelope import Envelope
from hanmaru.bus.inbox import Inbox


class MemoryBus:
    """Hands every message to the listeners of this process."""

    def __init__(self) -> None:
        """Begin with no listener."""
        self._listeners: list[tuple[str, Inbox[Envelope]]] = []

    def publish(self, envelope: Envelope) -> None:
        """Put the message, as it would come over the wire, into the inbox of everyone who listens for it."""
        envelope.encode()
        for pattern, inbox in list(self._listeners):
            if matches(pattern, envelope.subject):
                inbox.put(envelope)

    @asynccontextmanager
    async def subscribe(self, pattern: str) -> AsyncIterator[AsyncIterator[Envelope]]:
        """Listen while inside."""
        inbox = Inbox[Envelope]()
        listener = (pattern, inbox)
        self._listeners.append(listener)
        try:
            yield inbox.read()
        finally:
            self._listeners.remove(listener)

    def is_connected(self) -> bool:
        """Say yes: there is no way in between."""
        return True

    def close(self) -> None:
        """Do nothing: nothing is on its way."""


def matches(pattern: str, subject: str) -> bool:
    """Say whether a subject fits a pattern. Source: NATS documentation, "Subject-based messaging", wildcards."""
    words, wanted = subject.split("."), pattern.split(".")
    if wanted[-1] == ">":
        wanted = wanted[:-1]
        if len(words) <= len(wanted):
            return False
        words = words[: len(wanted)]
    return len(words) == len(wanted) and all(want in ("*", word) for want, word in zip(wanted, words, strict=True))
