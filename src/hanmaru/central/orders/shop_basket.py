"""The basket of a customer on the order page, kept in the session: nothing is written before the order is placed."""

import secrets
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

MOST_LINES = 50
MOST_PIECES = 999


@dataclass(frozen=True, slots=True)
class BasketLine:
    """So many pieces of a variant with the customer's wish."""

    variant: int
    quantity: int
    wording: str = ""


class Basket:
    """What lies in the basket of one company's page. ``once`` makes a basket sent twice one order."""

    def __init__(self, session: Any, company_id: int) -> None:
        self._session: MutableMapping[str, Any] = session
        self._key = f"basket-{company_id}"
        kept = session.get(self._key, {})
        self.once: str = kept.get("once") or secrets.token_urlsafe(12)
        self.lines = [BasketLine(*line) for line in kept.get("lines", [])]

    def __len__(self) -> int:
        """Pieces in the basket."""
        return sum(line.quantity for line in self.lines)

    def add(self, variant: int, quantity: int, wording: str) -> None:
        """Put pieces in; the same wish for the same product is one line. More than fits is left out."""
        for place, line in enumerate(self.lines):
            if (line.variant, line.wording) == (variant, wording):
                self.lines[place] = BasketLine(variant, min(line.quantity + quantity, MOST_PIECES), wording)
                break
        else:
            if len(self.lines) < MOST_LINES:
                self.lines.append(BasketLine(variant, min(quantity, MOST_PIECES), wording))
        self._keep()

    def change(self, place: int, quantity: int) -> None:
        """Set how many a line has; 0 takes it out. Places that are not there are left alone."""
        if 0 <= place < len(self.lines):
            line = self.lines[place]
            self.lines[place] = BasketLine(line.variant, min(quantity, MOST_PIECES), line.wording)
            self.lines = [one for one in self.lines if one.quantity > 0]
            self._keep()

    def keep_only(self, variants: set[int]) -> bool:
        """Take out what is no longer sold; whether something was."""
        left = [line for line in self.lines if line.variant in variants]
        gone = len(left) < len(self.lines)
        if gone:
            self.lines = left
            self._keep()
        return gone

    def empty(self) -> None:
        """After the order is placed: the next basket is another order."""
        self._session.pop(self._key, None)

    def _keep(self) -> None:
        lines = [[line.variant, line.quantity, line.wording] for line in self.lines]
        self._session[self._key] = {"once": self.once, "lines": lines}
