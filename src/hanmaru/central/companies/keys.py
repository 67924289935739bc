"""Random keys that stand in links."""

import secrets


def new_key() -> str:
    """A fresh random key of 128 bits for links, safe in a URL."""
    return secrets.token_urlsafe(16)
