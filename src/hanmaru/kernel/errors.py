"""What can go wrong, as one family: a code for programs, a sentence for people, data for both.

A room subclasses the kind that fits and gives it a code and a sentence:

    class NotEnoughStock(Refused):
        code = "stock.not_enough"
        message = _("Not enough stock: %(wanted)s wanted, %(free)s free")

    raise NotEnoughStock(wanted=5, free=2)

The sentence names the field and the remedy. It may be lazily translated text: it is read only when the error is shown,
so in the language of whoever is looking. Codes are never renamed: clients and docs/reference/errors.md rely on them.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar, Self

_languages: list[Callable[[str], str]] = [str]


def speak(translate: Callable[[str], str]) -> None:
    """Put every sentence through this before it is shown: the rooms below central write theirs in plain English."""
    _languages[0] = translate


class Phrase(str):
    """Words within a sentence, such as which rule it is about: shown in the language of the sentence around them.

    As text it is plain English, as which it also travels.
    """

    __slots__ = ("_data", "_template")
    _template: str
    _data: dict[str, object]

    def __new__(cls, template: str, /, **data: object) -> Self:
        """Take a template that stands in a table REASONS, where the catalogue finds it, and what fills it."""
        made = super().__new__(cls, template % data)
        made._template, made._data = template, data
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """Answer of what it is made anew in another process."""
        return (self._template,), self._data

    def __str__(self) -> str:
        """Answer the words in the reader's language."""
        return _languages[0](self._template) % self._data


class Phrases(str):
    """Phrases one after the other, with commas between."""

    __slots__ = ("_parts",)
    _parts: tuple[str, ...]

    def __new__(cls, parts: Sequence[str]) -> Self:
        """Take them in their order."""
        made = super().__new__(cls, ", ".join(parts))
        made._parts = tuple(parts)
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[tuple[str, ...]], dict[str, object]]:
        """Answer of what it is made anew in another process."""
        return (self._parts,), {}

    def __str__(self) -> str:
        """Answer the words in the reader's language."""
        return ", ".join(str(part) for part in self._parts)


class HanmaruError(Exception):
    """The base of all errors that we raise on purpose.

    `code` names the error for programs, `status` is its HTTP status, `data` holds the values of the sentence's
    placeholders (`%(name)s`) and may hold more.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    message: object = "Something went wrong that we did not foresee"

    def __init__(self, message: object | None = None, /, **data: object) -> None:
        """Take a sentence of this one case, or else use that of the class."""
        if message is not None:
            self.message = message
        self.data = data
        super().__init__(message, data)

    def __str__(self) -> str:
        """Answer the sentence, its placeholders filled."""
        sentence = _languages[0](str(self.message))
        return sentence % self.data if self.data else sentence


class Invalid(HanmaruError):
    """What was handed in cannot be understood or is out of bounds; another value would be accepted."""

    code = "invalid"
    status = 422


class NotFound(HanmaruError):
    """There is no such thing, or it belongs to someone else: the two are never told apart."""

    code = "not_found"
    status = 404


class Refused(HanmaruError):
    """Understood, but the present state does not allow it: too little stock, an order already shipped."""

    code = "refused"
    status = 409


class Conflict(HanmaruError):
    """Someone else was first: the thing was changed meanwhile, or the name is taken."""

    code = "conflict"
    status = 409


class Unauthenticated(HanmaruError):
    """We do not know who is asking."""

    code = "unauthenticated"
    status = 401


class Forbidden(HanmaruError):
    """We know who is asking, and their role does not allow it."""

    code = "forbidden"
    status = 403


class TooLarge(HanmaruError):
    """More than we take in one piece."""

    code = "too_large"
    status = 413


class TooMany(HanmaruError):
    """Too often in too short a time."""

    code = "too_many"
    status = 429


class Unavailable(HanmaruError):
    """A service that we need does not answer; the same request may succeed later."""

    code = "unavailable"
    status = 503
