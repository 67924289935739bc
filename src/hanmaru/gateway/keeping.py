"""From the intake to the outbox: batches as Arrow IPC, events as JSON.

An event is {"kind", "words", "at", "source", "data", "said": {"words": form}}, the form as floor.words tells.
"""

import json
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import structlog

from hanmaru.floor import subjects
from hanmaru.floor.reading import encode
from hanmaru.floor.words import Sentence, forms
from hanmaru.gateway.outbox import Outbox, OutboxOverrun

log = structlog.get_logger(__name__)


class Keeping:
    """What is behind the intake of one source."""

    def __init__(self, site: str, source: str) -> None:
        self._source = source
        self._readings, self._events = subjects.readings(site, source), subjects.events(site, source)
        self._outbox: Outbox | None = None
        self.refused = 0

    def put_into(self, outbox: Outbox) -> None:
        """Use this outbox; it is made with `tell`, so it comes second."""
        self._outbox = outbox

    async def readings(self, batch: pa.RecordBatch) -> None:
        """Keep a batch; returns when it is on the disk. What even memory has no room for is counted by the outbox."""
        if self._outbox is None:
            return
        try:
            sequence = self._outbox.put(self._readings, encode(batch), batch.num_rows)
        except OutboxOverrun as error:
            self.refused += batch.num_rows
            log.warning("outbox.overrun", words=str(error), rows=batch.num_rows)
        else:
            await self._outbox.kept(sequence)

    def event(self, kind: str, words: Sentence, data: dict[str, object]) -> None:
        """Keep an event, in its order among the readings."""
        told: dict[str, Any] = {
            "kind": kind,
            "words": words,
            "at": datetime.now(UTC).isoformat(),
            "source": self._source,
            "data": data,
            **forms(words=words),
        }
        log.info("gateway.event", kind=kind, words=words)
        try:
            if self._outbox is not None:
                self._outbox.put(self._events, json.dumps(told, ensure_ascii=False, default=str).encode())
        except OutboxOverrun as error:
            log.warning("outbox.overrun", words=str(error), kind=kind)

    def tell(self, kind: str, words: Sentence, /, **data: object) -> None:
        """Say what happened to the outbox itself; called from its own thread."""
        self.event(kind, words, data)
