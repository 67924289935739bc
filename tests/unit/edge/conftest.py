"""Errors of the edge say what the code says, whatever language Django is set to."""

from tests.plain_english import plain_english

__all__ = ["plain_english"]
