"""What a bus does, whichever it is. tests/contracts/bus runs one suite over all of them."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from hanmaru.bus.envelope import Envelope


class Bus(Protocol):
    """Carries news to whoever listens at the moment: at most once, and in the order they were published.

    It is for news, not for facts: who was not listening looks into the database.
    """

    def publish(self, envelope: Envelope) -> None:
        """Send, from any thread, without waiting. News that can not be sent are dropped, oldest first, and counted."""

    def subscribe(self, pattern: str) -> AbstractAsyncContextManager[AsyncIterator[Envelope]]:
        """Listen, from any event loop. All that is published after entering is received, then waited for.

        In a pattern `*` stands for one word of the subject and `>`, at the end, for one word or more. A listener that
        does not keep up loses the oldest.
        """

    def is_connected(self) -> bool:
        """Say whether news are carried now."""

    def close(self) -> None:
        """Send what is left, for two seconds at most, and stop."""
