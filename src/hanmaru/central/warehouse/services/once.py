"""Each thing done once: a client chooses a key for it, and sending it again is answered, not repeated.

The key's row is inserted first in the transaction of the work itself. A second sender waits at the unique index until
the first has committed, then finds the outcome; where the first failed, nothing is kept and the second does the work.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from hanmaru.central.companies.tenancy import acting_now, current_company_id
from hanmaru.central.warehouse.errors import KeyOfOther, QuantityWrong
from hanmaru.central.warehouse.models import Scan, ScanKind

MOST_PIECES = 1_000_000
LONGEST_KEY = 80


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it; ``repeated`` tells that it had been done before under the same key."""

    outcome: dict[str, Any]
    repeated: bool = False


def _claim(key: str, kind: ScanKind) -> bool:
    """Whether the key is ours to use now; waits for another who is using it."""
    who = acting_now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO warehouse_scan (company_id, key, kind, user_id, device_id, at, outcome)"
            " VALUES (%s, %s, %s, %s, %s, now(), '{}')"
            " ON CONFLICT ON CONSTRAINT one_scan_a_key DO NOTHING RETURNING id",
            [current_company_id(), key, str(kind), who.user_id, who.device_id],
        )
        return cursor.fetchone() is not None


def once(key: str | None, kind: ScanKind, work: Callable[[], dict[str, Any]]) -> Done:
    """Do ``work`` in a transaction, unless it was done under this key before; without a key it is simply done.

    ``work`` answers its outcome, plain data that JSON can hold.

    Raises:
        KeyOfOther: the key was used for another kind of work.
        Whatever ``work`` raises: then nothing is kept, and the key may be sent again.
    """
    with transaction.atomic():
        if not key:
            return Done(work())
        key = key[:LONGEST_KEY]
        if not _claim(key, kind):
            before = Scan.objects.get(key=key)
            if before.kind != kind:
                raise KeyOfOther(key=key)
            return Done(before.outcome, repeated=True)
        outcome = json.loads(json.dumps(work(), default=str))
        Scan.objects.filter(key=key).update(outcome=outcome)
        return Done(outcome)


def was_done(key: str) -> bool:
    """Whether something was done under this key."""
    return bool(Scan.objects.filter(key=key[:LONGEST_KEY]).exists())


def pieces(quantity: int) -> int:
    """The quantity, if a person can have meant it. Raises QuantityWrong."""
    if not 1 <= quantity <= MOST_PIECES:
        raise QuantityWrong(most=MOST_PIECES)
    return quantity
