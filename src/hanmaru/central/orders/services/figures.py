"""The one writer of the lines' figures: each change is one conditional UPDATE of all lines it touches, in key order."""

from collections.abc import Mapping
from typing import Literal

from django.db import connection

from hanmaru.central.orders.errors import FigureImpossible

# What must hold of a line (l) before d.n is added. The CHECK on the table says the same of the result.
_POSSIBLE = {
    "reserve": "l.reserved + l.picked + l.cancelled + d.n <= l.quantity",
    "release": "l.reserved >= d.n",
    "pick": "l.reserved >= d.n",
    "unpick": "l.picked - l.shipped >= d.n",
    "ship": "l.picked - l.shipped >= d.n",
    "cancel": "l.quantity - l.picked - l.reserved - l.cancelled >= d.n",
    "take_back": "l.shipped - l.returned >= d.n",
}
_CHANGE = {
    "reserve": "reserved = l.reserved + d.n",
    "release": "reserved = l.reserved - d.n",
    "pick": "reserved = l.reserved - d.n, picked = l.picked + d.n",
    "unpick": "picked = l.picked - d.n",
    "ship": "shipped = l.shipped + d.n",
    "cancel": "cancelled = l.cancelled + d.n",
    "take_back": "returned = l.returned + d.n",
}
Change = Literal["reserve", "release", "pick", "unpick", "ship", "cancel", "take_back"]


def change_lines(change: Change, pieces: Mapping[int, int]) -> None:
    """Change the figures of lines: id -> pieces (> 0). The caller holds the rows of their orders.

    Raises:
        FigureImpossible: a line does not have so many; nothing is changed once the caller's transaction rolls back.
    """
    wanted = {line: count for line, count in sorted(pieces.items()) if count}
    if not wanted:
        return
    for line, count in wanted.items():
        if count < 0:
            raise FigureImpossible(line=line, wanted=count)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE orders_orderline l SET {_CHANGE[change]}"  # noqa: S608 -- the words come from the tables above
            " FROM unnest(%s::bigint[], %s::bigint[]) AS d(id, n)"
            f" WHERE l.id = d.id AND {_POSSIBLE[change]} RETURNING l.id",
            [list(wanted), list(wanted.values())],
        )
        done = {row[0] for row in cursor.fetchall()}
    for line, count in wanted.items():
        if line not in done:
            raise FigureImpossible(line=line, wanted=count)
