"""How the pages look to a person: language and size of the text, in cookies and remembered on the account."""

from typing import Final, TypeVar

from django.conf import settings
from django.http import HttpResponseBase

from hanmaru.central.companies.queries import User

TEXT_SIZE_COOKIE: Final = "text_size"
_A_YEAR: Final = 365 * 24 * 3600
Answer = TypeVar("Answer", bound=HttpResponseBase)


def wear(answer: Answer, user: User, *, secure: bool) -> Answer:
    """Give the browser what the person chose, on whatever machine they log in."""
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, user.language), (TEXT_SIZE_COOKIE, user.text_size)):
        answer.set_cookie(name, value, max_age=_A_YEAR, samesite="Lax", secure=secure)
    return answer
