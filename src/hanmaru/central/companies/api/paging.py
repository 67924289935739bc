"""Pages by cursor: stable while rows are added, and as quick at the end as at the beginning."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema
from pydantic import Field

from hanmaru.kernel.errors import Invalid

Item = TypeVar("Item")
Row = TypeVar("Row")


class CursorUnreadable(Invalid):
    """A cursor that we did not give out."""

    code = "api.cursor"
    message = _("cursor: not one of ours. Use the value of next from the page before.")


class Page(Schema, Generic[Item]):
    """Some items, and the cursor of the next page (null on the last)."""

    items: list[Item]
    next: str | None = Field(None, description="Cursor of the next page; null when this is the last.")


class Cursor(Schema):
    """Where a page begins and how long it is."""

    cursor: str | None = Field(None, description="The value of `next` of the page before.", max_length=60)
    limit: int = Field(50, ge=1, le=200, description="Items a page.")

    def after(self) -> int | None:
        """The key of the last row of the page before."""
        if self.cursor is None:
            return None
        try:
            key = int(base64.urlsafe_b64decode(self.cursor.encode()).decode())
        except (ValueError, binascii.Error):
            raise CursorUnreadable from None
        if not 0 <= key < 2**63:
            raise CursorUnreadable
        return key


Paging = Annotated[Cursor, Query(...)]


def page_of(
    rows: Sequence[Row], paging: Cursor, key: Callable[[Row], int], item: Callable[[Row], Item]
) -> dict[str, object]:
    """The page of ``rows``, of which one more than ``paging.limit`` was asked for to learn whether there is a next."""
    shown = rows[: paging.limit]
    more = len(rows) > paging.limit
    following = base64.urlsafe_b64encode(str(key(shown[-1])).encode()).decode() if more else None
    return {"items": [item(row) for row in shown], "next": following}
