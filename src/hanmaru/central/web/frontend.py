"""Where static files of the front-end packages lie."""


def static_folders() -> list[tuple[str, str]]:
    """(prefix, folder) pairs for Django's ``STATICFILES_DIRS``."""
    return []
