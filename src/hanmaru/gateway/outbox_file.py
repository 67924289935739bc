"""Segment files of the outbox: records one after the other, each with checksums, only ever appended to.

A record is 52 bytes (little-endian), then the subject, then the data:

    magic 4 | CRC-32 of all that follows up to the data 4 | length of data 4 | CRC-32 of data 4 | epoch 8 | sequence 8 |
    put at, µs since 1970 8 | rows 4 | rows before thinning 4 | length of subject 2 | nothing 2

A file is named after the first sequence in it and how often it was thinned. What a crash left half written at the end
is found by its checksum and cut; damage before the end is stepped over to the next record that is whole.
"""

import mmap
import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self
from zlib import crc32

MAGIC: Final = b"\xf1HM\x01"
META: Final = struct.Struct("<4sIIIQQqIIHxx")
CHECKED: Final = 8  # the checksum covers what comes after these bytes


@dataclass(frozen=True, slots=True)
class Record:
    """One message on its way. `rows` are readings; 0 for an event or outcome. `original` are those before thinning."""

    subject: str
    data: bytes
    epoch: int
    sequence: int
    at: int  # µs since 1970
    rows: int = 0
    original: int = 0
    crc: int = -1  # of data; reckoned when negative

    def packed(self) -> bytes:
        """Write it."""
        subject = self.subject.encode()
        crc = crc32(self.data) if self.crc < 0 else self.crc
        meta = META.pack(
            MAGIC,
            0,
            len(self.data),
            crc,
            self.epoch,
            self.sequence,
            self.at,
            self.rows,
            self.original or self.rows,
            len(subject),
        )
        check = crc32(subject, crc32(meta[CHECKED:]))
        return b"".join((meta[:4], check.to_bytes(4, "little"), meta[CHECKED:], subject, self.data))

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return META.size + len(self.subject.encode()) + len(self.data)

    def lies_at(self, offset: int) -> "Place":
        """Answer the place of this record when it is written at a byte."""
        return Place(
            offset,
            offset + self.size,
            self.subject,
            self.epoch,
            self.sequence,
            self.at,
            self.rows,
            self.original or self.rows,
            self.crc,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies, and what its head says."""

    offset: int
    end: int
    subject: str
    epoch: int
    sequence: int
    at: int
    rows: int
    original: int
    crc: int

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self.end - self.offset


@dataclass(slots=True)
class Segment:
    """One file. `size` ends after the last whole record; `damaged` counts places that had to be stepped over."""

    path: Path
    first: int
    level: int = 0
    size: int = 0
    rows: int = 0
    last: int = 0
    epoch: int = 0
    damaged: int = 0
    oldest: int = 0

    @classmethod
    def named(cls, folder: Path, first: int, level: int = 0) -> Self:
        """Answer the file that begins with this sequence."""
        return cls(folder / f"{first:016d}-{level}.segment", first, level, last=first - 1)

    @classmethod
    def found(cls, path: Path, *, newest: bool) -> Self:
        """Read a file that is there. In the newest all data are checked, and its torn tail is cut."""
        first, level = path.stem.split("-")
        segment = cls(path, int(first), int(level), last=int(first) - 1)
        for place in segment.places(check_data=newest):
            segment.damaged += place.offset != segment.size
            segment.add(place)
        if newest and path.stat().st_size != segment.size:
            with path.open("r+b") as file:
                file.truncate(segment.size)
                os.fsync(file.fileno())
        return segment

    def add(self, place: Place) -> None:
        """Count one more record."""
        self.oldest = self.oldest or place.at
        self.size, self.last, self.epoch = place.end, place.sequence, max(self.epoch, place.epoch)
        self.rows += place.rows

    def places(self, start: int = 0, *, check_data: bool = False) -> Iterator[Place]:
        """Answer where its records lie, from a byte on; damage between them is stepped over."""
        if self.path.stat().st_size <= start:
            return
        with self.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
            offset = start
            while offset >= 0:
                place = _place(view, offset, check_data=check_data)
                if place is None:
                    offset = view.find(MAGIC, offset + 1)
                    continue
                yield place
                offset = place.end if place.end < len(view) else -1

    def records(self) -> Iterator[Record]:
        """Answer all records whose data are whole."""
        with self.path.open("rb") as file:
            for place in self.places(check_data=True):
                yield read(file.fileno(), place)


def read(descriptor: int, place: Place) -> Record:
    """Read the record at a place; `damaged` tells whether its data are still those that were written."""
    data = os.pread(descriptor, place.size, place.offset)[META.size + len(place.subject.encode()) :]
    return Record(place.subject, data, place.epoch, place.sequence, place.at, place.rows, place.original, place.crc)


def is_whole(record: Record) -> bool:
    """Say whether the data are those that were written."""
    return crc32(record.data) == record.crc


def place_at(descriptor: int, offset: int, size: int) -> Place | None:
    """Answer the record that begins at a byte, None where the file has none (yet)."""
    head = os.pread(descriptor, META.size + 512, offset)
    place = _place(head, 0, check_data=False, length=size - offset)
    if place is None:
        return None
    return Place(
        offset,
        offset + place.end,
        place.subject,
        place.epoch,
        place.sequence,
        place.at,
        place.rows,
        place.original,
        place.crc,
    )


def write_whole(path: Path, records: Sequence[Record]) -> None:
    """Write a file that takes its name when it is complete and on the disk."""
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        file.writelines(record.packed() for record in records)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names that came and went durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _place(view: "mmap.mmap | bytes", offset: int, *, check_data: bool, length: int | None = None) -> Place | None:
    """Answer the record at a byte if its head is whole and its data are within `length` (the view's, unless given)."""
    limit = len(view) - offset if length is None else length
    if limit < META.size or view[offset : offset + 4] != MAGIC:
        return None
    _magic, check, size, crc, epoch, sequence, at, rows, original, named = META.unpack_from(view, offset)
    start = offset + META.size
    subject = view[start : start + named]
    if META.size + named + size > limit or len(subject) != named:
        return None
    if crc32(subject, crc32(view[offset + CHECKED : start])) != check:
        return None
    end = start + named + size
    if check_data and crc32(view[start + named : end]) != crc:
        return None
    return Place(offset, end, subject.decode(), epoch, sequence, at, rows, original, crc)
