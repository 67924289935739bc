"""The file driver: follows a file that grows, or reads what a machine drops into a folder.

The address of a tag is the name of a column (or of a group of the expression). Lines go to the outbox before the place
is marked, so a crash reads them again and loses none.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar, Final

from hanmaru.floor.command import Command, Outcome
from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import Reading, batch_of, microseconds
from hanmaru.floor.tag import Tag
from hanmaru.floor.words import NOTHING, of_error, sentence
from hanmaru.gateway.contract import Health, Node, Sink
from hanmaru.gateway.drivers.files.cells import guessed, value_of
from hanmaru.gateway.drivers.files.config import FilesConfig
from hanmaru.gateway.drivers.files.follow import Piece, Place, look, moved_away
from hanmaru.gateway.drivers.files.parser import BadLine, Parser
from hanmaru.gateway.drivers.files.places import Places
from hanmaru.gateway.drivers.files.rejected import Rejected
from hanmaru.gateway.errors import Reconfigure, Retry, system_said

PATIENCE: Final = 10.0  # seconds for a network drive to answer
GONE_AFTER: Final = 4  # looks without the file, which is how long a rotation may take


class FilesDriver:
    """Reads one file, or one folder of files."""

    protocol: ClassVar[str] = "files"
    config: ClassVar[type[FilesConfig]] = FilesConfig
    history: ClassVar[bool] = True

    def __init__(self, config: FilesConfig) -> None:
        self._config = config
        self._path = Path(config.path)
        self._parser = Parser(config)
        self._places = Places()
        self._rejected = Rejected()
        self._connected = False
        self._detail = sentence("not looked at yet")
        self._missing: dict[int, str] = {}
        self._lines = 0
        self._looked = 0.0

    @property
    def heard(self) -> float:
        """Answer when a look ended last: a file may stay as it is for days, the disk it lies on may not stay silent."""
        return self._looked

    @property
    def silence(self) -> float:
        """Answer the most seconds from the end of one look to the end of the next."""
        return self._config.looks + PATIENCE

    def keep_in(self, folder: Path) -> None:
        """Remember the place and the rejected lines here."""
        self._places.keep_in(folder)
        self._rejected.keep_in(folder)

    async def connect(self) -> None:
        """Make sure that the file or the folder is there. Raise Retry, Reconfigure."""
        self._connected = False
        try:
            async with asyncio.timeout(PATIENCE):
                is_folder = await asyncio.to_thread(_is_folder, self._path)
        except (OSError, TimeoutError) as error:
            raise self._trouble(error) from error
        if is_folder != (self._config.mode == "drop"):
            what, mode = (sentence("it is a folder"), "drop") if is_folder else (sentence("it is a file"), "tail")
            remedy = sentence("Set mode to %(mode)s, or name another path", mode=mode)
            raise Reconfigure(device=self._path, why=what, remedy=remedy)
        self._connected, self._detail = True, NOTHING

    async def browse(self, address: str = "") -> Sequence[Node]:
        """Answer the columns with what the last line says. Raise Retry, Reconfigure."""
        if address:
            return ()
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.to_thread(self._columns)
        except (OSError, TimeoutError) as error:
            raise self._trouble(error) from error

    async def run(self, tags: Sequence[Tag], sink: Sink) -> None:
        """Hand on line after line until cancelled. Raise Retry, Reconfigure."""
        self._missing.clear()
        place, absent = self._places.of(self._path), 0
        columns = self._parser.columns or (place.columns if place else ())
        if columns and (missing := self._missing_tags(tags, columns)):
            sink.readings(batch_of(missing))
        while True:
            try:
                piece = await asyncio.to_thread(self._look)
                absent, self._looked = 0, time.monotonic()
            except FileNotFoundError as error:
                absent += 1
                if absent >= GONE_AFTER:
                    raise self._trouble(error) from error
                piece = None
            except OSError as error:
                raise self._trouble(error) from error
            if piece is None:
                await asyncio.sleep(self._config.looks)
            else:
                await self._hand_on(piece, tags, sink)

    async def write(self, command: Command, tag: Tag | None) -> Outcome:  # noqa: ARG002 - the contract's
        """Refuse: files are only read."""
        return Outcome(command.id, "refused", datetime.now(UTC), reason="A file is only read; nothing can be set in it")

    def health(self) -> Health:
        """Answer how it fares."""
        return Health(
            connected=self._connected,
            detail=self._detail,
            missing=dict(self._missing),
            extra={"lines": self._lines, "rejected": self._rejected.count},
        )

    async def close(self) -> None:
        """Let go: nothing is held open between two looks."""
        self._connected = False

    def _trouble(self, error: Exception) -> Retry | Reconfigure:
        self._connected = False
        if isinstance(error, PermissionError):
            self._detail = sentence("may not be read")
            remedy = sentence("Let the account that Hanmaru runs under read it")
            return Reconfigure(device=self._path, why=self._detail, remedy=remedy)
        self._detail = sentence("does not answer") if isinstance(error, TimeoutError) else system_said(error)
        return Retry(device=self._path, why=self._detail)

    def _look(self) -> Piece | None:
        """Answer the next new lines; runs in a thread and changes nothing, for it may hang and be given up."""
        if self._config.mode == "tail":
            return self._look_at_one()
        for path, finished in self._files():
            piece = look(path, self._places.of(path), whole=finished)
            if piece:
                return piece
        return None

    def _look_at_one(self) -> Piece | None:
        place = self._places.of(self._path)
        if place:
            status = self._path.stat()
            if (status.st_dev, status.st_ino) != (place.device, place.inode):
                rest = self._rest_of_moved(place)
                if rest:
                    return rest
        return look(self._path, place, whole=False)

    def _rest_of_moved(self, place: Place) -> Piece | None:
        old = moved_away(self._path, place)
        piece = look(old, place, whole=True) if old else None
        return piece if piece and piece.lines else None

    def _files(self) -> list[tuple[Path, bool]]:
        """Answer the files of the folder with something new, oldest first, and whether each is finished."""
        found = []
        for path in self._path.glob(self._config.pattern):
            if path.is_file():
                status, place = path.stat(), self._places.of(path)
                known = place and (place.inode, place.byte) == (status.st_ino, status.st_size)
                if not known:
                    found.append((status.st_mtime, path))
        if not found and not self._path.is_dir():
            raise FileNotFoundError(2, "the folder is not there", str(self._path))
        now = time.time()
        return [(path, now - changed > self._config.settle) for changed, path in sorted(found)]

    async def _hand_on(self, piece: Piece, tags: Sequence[Tag], sink: Sink) -> None:
        """Make readings of a piece, see them kept, then mark the place."""
        path = self._path if self._config.mode == "tail" else piece.path
        if piece.event:
            words = sentence("%(path)s was cut off; it is read from its beginning", path=path)
            if piece.event == "rotated":
                words = sentence("%(path)s was replaced; it is read from its beginning", path=path)
            sink.event(piece.event, words, path=str(path))
        lines, columns = list(piece.lines), piece.after.columns or self._parser.columns
        if lines and lines[0][0] == 0 and self._parser.wants_heading:
            columns = self._heading(piece, lines)
        if lines:
            readings = self._missing_tags(tags, columns) + self._readings(path, piece, lines, columns, tags, sink)
            if readings:
                sink.readings(batch_of(readings))
                await sink.kept()
        self._lines += len(lines)
        after = piece.after
        if self._config.mode == "drop":
            self._places.forget_all_but({str(one) for one in self._path.iterdir()} | {str(path)})
        self._places.reached(path, Place(**{**after.plain(), "columns": columns}))

    def _heading(self, piece: Piece, lines: list[tuple[int, bytes]]) -> tuple[str, ...]:
        byte, first = lines.pop(0)
        try:
            return self._parser.heading(first)
        except BadLine as error:
            self._rejected.add(piece.path, byte, first, str(error), datetime.now(UTC))
            raise Reconfigure(device=piece.path, why=of_error(error), remedy=sentence("Or mend the file")) from error

    def _missing_tags(self, tags: Sequence[Tag], columns: Sequence[str]) -> list[Reading]:
        """Tell once of each tag whose column the file does not have."""
        now, found = datetime.now(UTC), []
        for tag in tags:
            if tag.address in columns:
                self._missing.pop(tag.id, None)
            elif tag.id not in self._missing:
                self._missing[tag.id] = sentence(
                    "there is no column %(column)s; there are %(known)s",
                    column=tag.address,
                    known=", ".join(columns)[:300],
                )
                found.append(Reading(tag.id, now, now, quality=Quality.BAD_NODE_UNKNOWN))
        return found

    def _readings(
        self,
        path: Path,
        piece: Piece,
        lines: Sequence[tuple[int, bytes]],
        columns: Sequence[str],
        tags: Sequence[Tag],
        sink: Sink,
    ) -> list[Reading]:
        now, readings, rejected = datetime.now(UTC), [], 0
        stamp = self._places.stamp(path, piece, microseconds(now)) if not self._config.time_column else None
        wanted = [tag for tag in tags if tag.address in columns]
        for number, (byte, raw) in enumerate(lines):
            if not raw.strip():
                continue
            try:
                row = self._parser.row(raw, columns)
            except BadLine as error:
                rejected += 1
                self._rejected.add(piece.path, byte, raw, str(error), now)
                continue
            # A line read again after a crash gets the time it got before; one behind those a new one.
            base = _since(stamp.microseconds) if stamp and byte < stamp.end else now
            when = row.when or base + timedelta(microseconds=number)
            readings += [value_of(self._parser, tag, row.cells[tag.address], when, now) for tag in wanted]
        if rejected:
            words = sentence("%(lines)s lines of %(file)s could not be read", lines=rejected, file=piece.path.name)
            sink.event("rejected_lines", words, lines=rejected)
        return readings

    def _columns(self) -> list[Node]:
        path = self._path
        if self._config.mode == "drop":
            newest = max(path.glob(self._config.pattern), key=lambda one: one.stat().st_mtime, default=None)
            if newest is None:
                return []
            path = newest
        first = look(path, None, whole=True)
        lines = [line for _byte, line in first.lines] if first else []
        try:
            columns = self._parser.heading(lines.pop(0)) if lines and self._parser.wants_heading else None
            columns = columns or self._parser.columns
            last = self._parser.row(lines[-1], columns).cells if lines else {}
        except BadLine as error:
            remedy = sentence("Mend the settings of the lines")
            raise Reconfigure(device=path, why=of_error(error), remedy=remedy) from error
        return [
            Node(column, column, "point", type=guessed(self._parser, last.get(column, "")), value=last.get(column, ""))
            for column in columns
            if column != self._config.time_column
        ]


def _is_folder(path: Path) -> bool:
    path.stat()
    return path.is_dir()


def _since(microseconds_: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds_)
