"""Every write to stock."""

from hanmaru.central.stock.services.ledger import Move, Want, post, release, reserve

__all__ = ["Move", "Want", "post", "release", "reserve"]
