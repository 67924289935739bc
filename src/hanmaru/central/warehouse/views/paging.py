"""Pages of a list, by the id of the last row seen."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from django.http import HttpRequest

PAGE = 50


class HasId(Protocol):
    """A row that a page can begin after."""

    @property
    def id(self) -> int:
        """Its key."""


Row = TypeVar("Row", bound=HasId)


def after_of(request: HttpRequest) -> int | None:
    """The row that this page begins after; None for the first page."""
    text = request.GET.get("after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def page(request: HttpRequest, rows: Sequence[Row]) -> tuple[Sequence[Row], str]:
    """The rows of this page, of which one more than a page was asked for, and the address of the next page or ""."""
    if len(rows) <= PAGE:
        return rows, ""
    query = request.GET.copy()
    query["after"] = str(rows[PAGE - 1].id)
    return rows[:PAGE], f"?{query.urlencode()}"
