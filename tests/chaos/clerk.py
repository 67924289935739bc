"""A client of the API who loses the line again and again: the same request with the same key until it is answered."""

import http.client
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 60  # seconds in which a request must be answered, whatever was killed
AGAIN = frozenset({"unavailable", "api.still_working"})


@dataclass
class Written:
    """One write that was asked for: how, and what was answered; None when the client gave up before an answer."""

    kind: str
    key: str
    body: Mapping[str, Any]
    answer: dict[str, Any] | None = None
    tries: int = 0


@dataclass
class Story:
    """What one client did with one order, in turn, and goods it moved meanwhile."""

    mark: str
    writes: list[Written] = field(default_factory=list)

    def acknowledged(self, kind: str) -> Written | None:
        """The write of this kind, when it was acknowledged."""
        return next((one for one in self.writes if one.kind == kind and one.answer is not None), None)

    def tried(self, kind: str) -> bool:
        """Whether a write of this kind was sent at all."""
        return any(one.kind == kind for one in self.writes)


class Clerk:
    """Places orders and moves goods; ``acknowledged`` is called with every answer that came."""

    def __init__(self, url: str, workshop: dict[str, Any], seed: int, acknowledged: Callable[[], None]) -> None:
        self.host = url.removeprefix("http://")
        self.workshop = workshop
        self.random = random.Random(seed)  # noqa: S311 - a seeded run
        self.acknowledged = acknowledged
        self.unforeseen: list[str] = []
        self._connection: http.client.HTTPConnection | None = None

    def tell(self, mark: str) -> Story:
        """Work on one order: place, perhaps confirm, hold goods, perhaps cancel; move and correct goods in between."""
        story = Story(mark)
        draft = self.random.random() < 0.3
        placed = self._write(story, "place", "/api/v1/orders", {**self._order(mark), "draft": draft})
        self._write(story, "move", "/api/v1/stock/moves", self._move(mark))
        if placed is None:
            return story
        order = f"/api/v1/orders/{placed['id']}"
        if draft and self._write(story, "confirm", f"{order}/confirm", {}) is None:
            return story
        if self._write(story, "reserve", f"{order}/reserve", {}) is None:
            return story
        if self.random.random() < 0.3:
            self._write(story, "correct", "/api/v1/stock/corrections", self._correction(mark))
        if self.random.random() < 0.2:
            self._write(story, "cancel", f"{order}/cancel", {"reason": mark})
        return story

    def _order(self, mark: str) -> dict[str, Any]:
        variants = self.random.sample(self.workshop["variants"], self.random.randint(1, 3))
        return {
            "note": mark,  # not external_id: that alone would make an order happen once
            "lines": [{"variant": variant, "quantity": self.random.randint(1, 4)} for variant in variants],
        }

    def _move(self, mark: str) -> dict[str, Any]:
        bins = self.workshop["bins"]
        return {
            "variant": self.random.choice(self.workshop["variants"]),
            "from_place": bins[0],
            "to_place": self.random.choice(bins[1:]),
            "quantity": self.random.randint(1, 5),
            "note": mark,
        }

    def _correction(self, mark: str) -> dict[str, Any]:
        return {
            "variant": self.random.choice(self.workshop["variants"]),
            "place": self.workshop["bins"][0],
            "difference": self.random.choice([-1, 1, 2]),
            "reason": "count",
            "note": mark,
        }

    def _write(self, story: Story, kind: str, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Ask until answered; one client in twelve gives up when the line breaks, and never knows."""
        write = Written(kind, f"{story.mark}-{kind}", body)
        story.writes.append(write)
        gives_up = self.random.random() < 1 / 12
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            write.tries += 1
            write.answer = self._send(path, write)
            if write.answer is not None:
                self.acknowledged()
                return write.answer
            if gives_up:
                return None
            time.sleep(0.02 * min(write.tries, 10))  # the pause of a client that is told to come again
        self.unforeseen.append(f"{write.key}: no answer in {PATIENCE} s")
        return None

    def _send(self, path: str, write: Written) -> dict[str, Any] | None:
        headers = {
            "Authorization": f"Bearer {self.workshop['token']}",
            "Idempotency-Key": write.key,
            "Content-Type": "application/json",
        }
        try:
            self._connection = self._connection or http.client.HTTPConnection(self.host, timeout=20)
            self._connection.request("POST", path, json.dumps(write.body), headers)
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            self._connection = None
            return None
        return self._understood(write, response.status, text)

    def _understood(self, write: Written, status: int, text: bytes) -> dict[str, Any] | None:
        """What was answered; None asks for another try. Anything but success, or "come again", was not to happen."""
        try:
            answer: dict[str, Any] = json.loads(text)
        except ValueError:
            answer = {"code": text[:200].decode(errors="replace")}
        if status < 300:
            return answer
        if answer.get("code") not in AGAIN:
            self.unforeseen.append(f"{write.key}: {status} {answer}")
        return None
