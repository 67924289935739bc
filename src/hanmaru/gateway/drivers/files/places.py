"""How far every file has been read, on disk, so that a restart goes on at the byte.

Lines that tell no time get the time of reading as their source time, which would differ when they are read again after
a crash, and the reading would be there twice. So the stamp is written down before the lines are handed on: read again,
they get the same one, and the second reading is the first.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hanmaru.gateway.drivers.files.follow import Piece, Place

STATE: Final = "places.json"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Lines of a file up to the byte `end` were given times from `microseconds` on."""

    path: str
    begin: int
    end: int
    microseconds: int


class Places:
    """The places of all files of one driver. Without a folder nothing is remembered."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._places: dict[str, Place] = {}
        self._stamp: Stamp | None = None

    def keep_in(self, folder: Path) -> None:
        """Remember here; take up what lies there."""
        self._folder = folder
        state = folder / STATE
        if state.exists():
            plain = json.loads(state.read_text(encoding="utf-8"))
            self._places = {name: Place.of(place) for name, place in plain["places"].items()}
            self._stamp = Stamp(**plain["stamp"]) if plain["stamp"] else None

    def of(self, path: Path) -> Place | None:
        """Answer how far a file has been read."""
        return self._places.get(str(path))

    def stamp(self, path: Path, piece: Piece, now: int) -> Stamp:
        """Answer the times for a piece without any: those it was given before a crash, else new ones, written down."""
        begin = piece.lines[0][0]
        if self._stamp and (self._stamp.path, self._stamp.begin) == (str(path), begin):
            return self._stamp
        self._stamp = Stamp(str(path), begin, piece.after.byte, now)
        self._save()
        return self._stamp

    def reached(self, path: Path, place: Place) -> None:
        """Remember that a file is read up to here and its readings are kept."""
        self._places[str(path)] = place
        self._stamp = None
        self._save()

    def forget_all_but(self, paths: set[str]) -> None:
        """Drop the places of files that are gone."""
        self._places = {path: place for path, place in self._places.items() if path in paths}

    def _save(self) -> None:
        if self._folder is None:
            return
        state, fresh = self._folder / STATE, self._folder / (STATE + ".new")
        plain = {
            "places": {path: place.plain() for path, place in self._places.items()},
            "stamp": None
            if self._stamp is None
            else {name: getattr(self._stamp, name) for name in Stamp.__dataclass_fields__},
        }
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(plain, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(state)
