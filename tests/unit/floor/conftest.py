"""The room below central is tested as it is without Django: its sentences stay in English."""

from tests.plain_english import plain_english

__all__ = ["plain_english"]
