"""How an instance fares, told every two seconds on `floor.SITE.states.SOURCE`; only the newest counts."""

import asyncio
import json
import os
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from hanmaru.bus.streams import Streams
from hanmaru.floor import subjects
from hanmaru.floor.words import forms
from hanmaru.gateway.contract import Driver
from hanmaru.gateway.intake import Intake
from hanmaru.gateway.outbox import Outbox
from hanmaru.gateway.session import Session
from hanmaru.gateway.wanted import Wanted

EVERY: Final = 2.0  # seconds
MOST_MISSING: Final = 200  # tags named in one report


class Reporting:
    """Gathers the figures of one instance and tells them."""

    def __init__(
        self, wished: Wanted, streams: Streams, session: Session, driver: Driver, intake: Intake, outbox: Outbox
    ) -> None:
        self._subject, self._protocol = subjects.states(wished.site, wished.source), wished.protocol
        self._streams, self._session, self._driver = streams, session, driver
        self._intake, self._outbox = intake, outbox
        self._counted = (time.monotonic(), 0)
        self._begun = datetime.now(UTC)

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            await self._streams.tell(self._subject, json.dumps(self.report(), ensure_ascii=False).encode())
            await asyncio.sleep(EVERY)

    def report(self) -> dict[str, Any]:
        """Answer how it fares now."""
        health, session = self._driver.health(), self._session
        trouble = session.trouble
        missing = {str(tag): why for tag, why in list(health.missing.items())[:MOST_MISSING]}
        skew = health.skew if health.skew is not None else self._intake.skew.seconds
        return {
            "state": session.state,
            "connected": health.connected and session.state == "running",
            "protocol": self._protocol,
            "detail": health.detail,
            "tags": len(session.tags),
            "rate": self._rate(),
            "rows": self._intake.rows,
            "skew": skew,
            "skew_wrong": self._intake.skew.is_wrong,
            "missing": missing,
            **forms(detail=health.detail, missing=missing),
            "missing_count": len(health.missing),
            "error": {
                "code": trouble.code,
                "words": trouble.words,
                "remedy": trouble.remedy,
                "at": trouble.at.isoformat(),
                **forms(words=trouble.words, remedy=trouble.remedy),
            }
            if trouble
            else None,
            "figures": {**self._intake.figures(), **health.extra},
            "pid": os.getpid(),
            "since": self._begun.isoformat(),
            "at": datetime.now(UTC).isoformat(),
            **self._outbox_figures(),
        }

    def _rate(self) -> float:
        """Answer the readings a second since the last report."""
        before, rows = self._counted
        now = time.monotonic()
        self._counted = (now, self._intake.rows)
        return round((self._intake.rows - rows) / max(now - before, 1e-3), 1)

    def _outbox_figures(self) -> dict[str, Any]:
        """Answer what waits for the bus; `lag` is the age of the oldest of it, in seconds."""
        box = self._outbox.state()
        return {"lag": round(box.oldest_age, 3), "outbox": asdict(box)}
