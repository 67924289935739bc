"""Which commands were begun and what came of them, on disk: a command is done once, also over a kill in the middle.

One file of JSON lines, appended and synced: `{"begun": id}` before the device is touched, `{"outcome": {...}}` after.
Opened again, an id with an outcome is not done again but told again; one begun without an outcome has broken off
in the middle. The last KEPT are remembered, written anew when the file has grown to twice that.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from hanmaru.floor.command import Outcome
from hanmaru.floor.shapes import WrongShape, from_json, give, take

KEPT: Final = 10_000
NAME: Final = "commands.jsonl"


class Journal:
    """The commands of one source."""

    def __init__(self, folder: Path) -> None:
        """Open the journal of a folder; a line cut off by a power failure is dropped."""
        self._path = folder / NAME
        self._known: dict[str, Outcome | None] = {}
        self._lines = 0
        self._file = -1
        if self._path.exists():
            for line in self._path.read_bytes().splitlines():
                self._take(line)
        self._rewrite()

    def known(self, command: str) -> Outcome | Literal["begun"] | None:
        """Answer the outcome of a command, `begun` when it broke off in the middle, None when it is new."""
        return (self._known[command] or "begun") if command in self._known else None

    def begin(self, command: str) -> None:
        """Write down that the device is about to be touched. Raise OSError."""
        self._known[command] = None
        self._append({"begun": command})

    def end(self, outcome: Outcome) -> None:
        """Write down what came of it. Raise OSError."""
        self._known[outcome.command] = outcome
        self._append({"outcome": give(outcome)})
        if self._lines > 2 * KEPT + 100:
            self._rewrite()

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _take(self, line: bytes) -> None:
        try:
            plain = from_json(line)
            if "begun" in plain:
                self._known.setdefault(str(plain["begun"]), None)
            else:
                outcome = take(Outcome, plain["outcome"])
                self._known[outcome.command] = outcome
        except (WrongShape, KeyError, TypeError):
            return

    def _append(self, entry: Mapping[str, object]) -> None:
        os.write(self._file, json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        os.fdatasync(self._file)
        self._lines += 1

    def _rewrite(self) -> None:
        for command in list(self._known)[:-KEPT]:
            del self._known[command]
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            for command, outcome in self._known.items():
                entry = {"begun": command} if outcome is None else {"outcome": give(outcome)}
                file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        if self._file >= 0:
            os.close(self._file)
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        self._lines = len(self._known)
