"""Which files hold the truth. The list is replaced as a whole, so that a kill at any moment leaves a whole history.

Files are written into `work`. Then the new manifest is put in place: that is the moment they count from. Then they are
moved to where everybody reads them, and those they replace are deleted. What a kill interrupts is finished at the next
start: a listed file still in `work` is moved, a file not listed is deleted.
"""

import fcntl
import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from hanmaru.edge.historian.disk import synced, written
from hanmaru.kernel.errors import Refused, Unavailable

Kind = Literal["readings", "late", "seconds", "minutes", "hours"]
KINDS: Final[tuple[Kind, ...]] = ("readings", "late", "seconds", "minutes", "hours")
VERSION: Final = 1


class HistoryDamaged(Unavailable):
    """A file of the history is gone or cannot be read."""

    code = "historian.damaged"
    message = "The history lacks %(what)s: %(why)s. Put the file back from a backup, or start on another folder"


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file: rows of one retention class and one day (hours: of one month), times in microseconds since 1970."""

    number: int
    kind: Kind
    keep: str
    day: str  # 2026-11-21; of hours 2026-11
    rows: int
    size: int
    tags: tuple[int, int]  # first and last
    first: int
    last: int
    level: int = 0  # 0 as it came, 1 joined, 2 the whole day
    made: int = 0  # microseconds

    @property
    def place(self) -> str:
        """Answer where it lies below the folder: readings are a Hive-partitioned data set."""
        name = f"{self.number:08d}.parquet"
        if self.kind == "readings":
            return f"readings/keep={self.keep}/day={self.day}/{name}"
        if self.kind == "late":
            return f"late/{name}"
        return f"{self.kind}/{'month' if self.kind == 'hours' else 'day'}={self.day}/{name}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A state of the history."""

    files: tuple[DataFile, ...] = ()
    flushed: int = 0  # segments of the journal up to this one lie in files
    next: int = 1  # number for the next file
    # Of each month with hours: which files of minutes they were made of, by day.
    months: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    # Of each retention class: the readings of this day and of those before were removed.
    gone: dict[str, str] = field(default_factory=dict)

    def of(self, *kinds: Kind) -> list[DataFile]:
        """Answer the files of some kinds."""
        return [file for file in self.files if file.kind in kinds]


class HistoryTaken(Refused):
    """Another process owns this history."""

    code = "historian.taken"
    message = "Another historian works on %(folder)s. Stop it first, or name another data folder: HANMARU_DATA_DIR"


class Folder:
    """The folder of the history and the manifest in effect. Raise HistoryTaken, HistoryDamaged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.work = path / "work"
        self.work.mkdir(parents=True, exist_ok=True)
        self._lock = (path / "owner.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the kernel gives it back, however we end
        except BlockingIOError as error:
            self._lock.close()
            raise HistoryTaken(folder=path) from error
        self._numbering = threading.Lock()
        self._own = threading.local()  # numbers of the drafts that this thread makes
        self.manifest = self._read()
        self._next = self.manifest.next
        self._finish()

    def close(self) -> None:
        """Let another own it."""
        self._lock.close()

    def number(self) -> int:
        """Answer a number for a new file, never given before. Only within `drafting`."""
        with self._numbering:
            number, self._next = self._next, self._next + 1
        self._own.numbers.append(number)
        return number

    @contextmanager
    def drafting(self) -> Iterator[None]:
        """Make drafts inside; when that fails they are deleted, so that a full disk is not filled by trying again."""
        self._own.numbers = []
        try:
            yield
        except BaseException:
            for number in self._own.numbers:
                for kind in KINDS:
                    self.draft(number, kind).unlink(missing_ok=True)
                    self.index(number, kind).unlink(missing_ok=True)
            raise
        finally:
            self._own.numbers = []

    def draft(self, number: int, kind: Kind) -> Path:
        """Answer where a file is written before it counts."""
        return self.work / f"{kind}-{number:08d}.parquet"

    def file(self, file: DataFile) -> Path:
        """Answer where a file lies that counts."""
        return self.path / file.place

    def index(self, number: int, kind: Kind) -> Path:
        """Answer where the index of a file lies."""
        return self.path / "index" / kind / f"{number:08d}.npz"

    def commit(self, add: Sequence[DataFile], remove: Iterable[DataFile] = (), **changes: Any) -> None:
        """Let drafts count and others count no more, at one moment. `changes` are other fields of the manifest."""
        gone = set(remove)
        before = self.manifest
        files = (*(file for file in before.files if file not in gone), *add)
        after = replace(before, files=files, next=self._next, **changes)
        synced(self.work)
        with written(self.path / "manifest.json") as draft:
            draft.write(json.dumps({"version": VERSION, **asdict(after)}).encode())
        self.manifest = after
        self._move(add)

    def remove(self, files: Iterable[DataFile]) -> None:
        """Delete files that count no more."""
        for file in files:
            self.file(file).unlink(missing_ok=True)
            self.index(file.number, file.kind).unlink(missing_ok=True)
            folder = self.file(file).parent
            if folder.name.startswith(("day=", "month=")) and not any(folder.iterdir()):
                folder.rmdir()

    def _move(self, files: Iterable[DataFile]) -> None:
        folders = set()
        for file in files:
            place = self.file(file)
            place.parent.mkdir(parents=True, exist_ok=True)
            self.draft(file.number, file.kind).replace(place)
            folders.add(place.parent)
        for folder in folders:
            synced(folder)

    def _read(self) -> Manifest:
        path = self.path / "manifest.json"
        if not path.exists():
            return Manifest()
        try:
            held = json.loads(path.read_bytes())
            files = tuple(DataFile(**{**file, "tags": tuple(file["tags"])}) for file in held["files"])
            return Manifest(files, held["flushed"], held["next"], held["months"], held["gone"])
        except (ValueError, KeyError, TypeError) as error:
            raise HistoryDamaged(what=path, why=error) from error

    def _finish(self) -> None:
        """Finish what a kill interrupted. Raise HistoryDamaged when a listed file is nowhere."""
        self._move(file for file in self.manifest.files if self.draft(file.number, file.kind).exists())
        listed = {self.file(file) for file in self.manifest.files}
        for path in listed:
            if not path.exists():
                raise HistoryDamaged(what=path, why="it is not there")
        indexes = {self.index(file.number, file.kind) for file in self.manifest.files}
        for path in self.work.iterdir():
            path.unlink()
        for kind in KINDS:
            for path in (self.path / kind).rglob("*.parquet"):
                if path not in listed:
                    path.unlink()
            for path in (self.path / "index" / kind).glob("*.npz"):
                if path not in indexes:
                    path.unlink()


def day_of(time: int) -> str:
    """Answer the day (UTC) of a time in microseconds."""
    return (date(1970, 1, 1) + timedelta(days=time // 86_400_000_000)).isoformat()


def day_bounds(day: str) -> tuple[int, int]:
    """Answer when a day (UTC) begins and when it is over, in microseconds."""
    begin = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 1_000_000
    return begin, begin + 86_400_000_000
