"""Lines that could not be read, kept for a person to look at, mend and hand in again."""

import json
from datetime import datetime
from pathlib import Path
from typing import Final

NAME: Final = "rejected.jsonl"
LARGEST: Final = 16 * 1024 * 1024  # bytes; then the older half makes room


class Rejected:
    """The list of one driver. Without a folder it only counts."""

    def __init__(self) -> None:
        self._file: Path | None = None
        self.count = 0

    def keep_in(self, folder: Path) -> None:
        """Keep the lines here."""
        self._file = folder / NAME

    def add(self, file: Path, byte: int, line: bytes, why: str, when: datetime) -> None:
        """Keep one line, its place and what is wrong with it."""
        self.count += 1
        if self._file is None:
            return
        if self._file.exists() and self._file.stat().st_size > LARGEST:
            self._file.replace(self._file.with_suffix(".old.jsonl"))
        told = {
            "file": str(file),
            "byte": byte,
            "line": line.decode("utf-8", errors="backslashreplace").rstrip("\r\n")[:10_000],
            "why": why,
            "when": when.isoformat(),
        }
        with self._file.open("a", encoding="utf-8") as kept:
            kept.write(json.dumps(told, ensure_ascii=False) + "\n")
