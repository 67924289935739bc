"""What a person says of themselves."""

from django.conf import settings

from hanmaru.central.companies.models import TextSize, User


def update_profile(user: User, *, name: str, language: str, text_size: str) -> None:
    """Change one's own name, and how the pages look to one."""
    user.name, user.language, user.text_size = name.strip(), language, text_size
    user.save(update_fields=["name", "language", "text_size"])


def remember_look(user: User, *, language: str = "", text_size: str = "") -> None:
    """Remember a choice of language or text size made by the switches; what is not known changes nothing."""
    changed = []
    if language in dict(settings.LANGUAGES) and language != user.language:
        user.language = language
        changed.append("language")
    if text_size in TextSize and text_size != user.text_size:
        user.text_size = text_size
        changed.append("text_size")
    if changed:
        user.save(update_fields=changed)
