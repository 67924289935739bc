"""Answers of a server to Publish and Read, taken from their bytes into columns, without an object for each value.

Values of fixed size, nearly all that a plant sends, are gathered with numpy: one walk over the bytes finds where each
begins and which layout it has, then all values of a layout are cut out together. Strings, arrays and structures are
decoded one by one with asyncua's own code.

Source: OPC UA Part 6, 5.2.2.15 to 5.2.2.17 (ExtensionObject, Variant and DataValue, their masks and the order of their
fields) and Part 4, 5.14.5 and 7.25 (Publish, NotificationMessage).
"""

import struct
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import nodeid_from_binary, struct_from_binary, variant_from_binary

from hanmaru.gateway.drivers.opcua.values import plain_of

# DataValue.EncodingMask, Part 6, table 24.
HAS_VALUE, HAS_STATUS, HAS_SOURCE, HAS_SERVER, HAS_SOURCE_PICO, HAS_SERVER_PICO = 1, 2, 4, 8, 16, 32
INFO_OVERFLOW: Final = 0x480  # InfoType DataValue with the bit Overflow, Part 4, table 175

# Numbers of the built-in types of one size, Part 6, table 1. All are doubles to us; those of 64 bits need a look.
FIXED: Final = {
    1: "?",
    2: "i1",
    3: "u1",
    4: "<i2",
    5: "<u2",
    6: "<i4",
    7: "<u4",
    8: "<i8",
    9: "<u8",
    10: "<f4",
    11: "<f8",
    19: "<u4",
}
WIDE: Final = {8, 9}


@dataclass(slots=True)
class Columns:
    """Values as they came, one row each: the number by which we know the node, and what was said of it.

    Times are FILETIMEs (100 ns since 1601), 0 where there was none.
    """

    handle: npt.NDArray[np.uint32]
    status: npt.NDArray[np.uint32]
    source: npt.NDArray[np.int64]
    server: npt.NDArray[np.int64]
    number: npt.NDArray[np.float64]
    has_number: npt.NDArray[np.bool_]
    text: dict[int, str] = field(default_factory=dict)  # by row
    cut: list[int] = field(default_factory=list)  # rows whose text was too long to be kept whole
    unknown: set[ua.NodeId] = field(default_factory=set)  # structures whose description has not been loaded

    @classmethod
    def of(cls, rows: int) -> "Columns":
        """Answer empty columns."""
        return cls(
            np.zeros(rows, np.uint32),
            np.zeros(rows, np.uint32),
            np.zeros(rows, np.int64),
            np.zeros(rows, np.int64),
            np.zeros(rows, np.float64),
            np.zeros(rows, np.bool_),
        )

    def __len__(self) -> int:
        return len(self.handle)

    def only(self, rows: list[int]) -> "Columns":
        """Answer these rows alone."""
        places = {row: place for place, row in enumerate(rows)}
        return Columns(
            self.handle[rows],
            self.status[rows],
            self.source[rows],
            self.server[rows],
            self.number[rows],
            self.has_number[rows],
            {places[row]: text for row, text in self.text.items() if row in places},
            [places[row] for row in self.cut if row in places],
            self.unknown,
        )

    @property
    def overflowed(self) -> int:
        """Answer how many values say that the server's queue ran over before them."""
        return int(np.count_nonzero(self.status & 0xFFF & INFO_OVERFLOW == INFO_OVERFLOW))


@dataclass(slots=True)
class Published:
    """One answer to Publish."""

    subscription: int
    available: list[int]  # sequence numbers that the server can still send again
    more: bool
    sequence: int
    sent: Any  # datetime of the server, naive UTC or aware
    columns: list[Columns]
    status: int | None = None  # of a StatusChangeNotification: the subscription has ended
    holds: bool = True  # false for a keep-alive, whose sequence number is the next one


@lru_cache(maxsize=512)
def _layout(mask: int, kind: int, *, handled: bool) -> np.dtype[Any] | None:
    """Answer how a value of fixed size lies in the bytes, or None where its size is not fixed."""
    if mask & HAS_VALUE and kind not in FIXED:
        return None
    fields: list[tuple[str, str]] = [("handle", "<u4")] if handled else []
    fields.append(("mask", "u1"))
    if mask & HAS_VALUE:
        fields += [("kind", "u1"), ("value", FIXED[kind])]
    for bit, name, size in (
        (HAS_STATUS, "status", "<u4"),
        (HAS_SOURCE, "source", "<i8"),
        (HAS_SOURCE_PICO, "source_pico", "<u2"),
        (HAS_SERVER, "server", "<i8"),
        (HAS_SERVER_PICO, "server_pico", "<u2"),
    ):
        if mask & bit:
            fields.append((name, size))
    return np.dtype(fields)


_SIZES: Final[dict[bool, list[int]]] = {
    handled: [
        layout.itemsize if (layout := _layout(key & 0xFF, key >> 8, handled=handled)) is not None else 0
        for key in range(1 << 16)
    ]
    for handled in (True, False)
}


def values(data: bytes, start: int, rows: int, *, handled: bool) -> tuple[Columns, int]:
    """Take `rows` values from `start` on; `handled`: each preceded by its client handle. Answer them and the end."""
    columns, at, sizes, lead = Columns.of(rows), start, _SIZES[handled], 4 if handled else 0
    found: dict[int, tuple[list[int], list[int]]] = {}
    for row in range(rows):
        mask = data[at + lead]
        key = mask | (data[at + lead + 1] << 8 if mask & HAS_VALUE else 0)
        size = sizes[key]
        if size:
            places = found.get(key)
            if places is None:
                places = found[key] = ([], [])
            places[0].append(row)
            places[1].append(at)
            at += size
        else:
            at = _one(data, at, row, columns, handled=handled)
    if at > len(data):
        raise ValueError("the message is shorter than it says")
    raw = np.frombuffer(data, np.uint8)
    for key, (at_rows, places_) in found.items():
        _gather(raw, key, np.array(at_rows), np.array(places_), columns, handled=handled)
    return columns, at


def _gather(
    raw: npt.NDArray[np.uint8],
    key: int,
    rows: npt.NDArray[np.int64],
    places: npt.NDArray[np.int64],
    columns: Columns,
    *,
    handled: bool,
) -> None:
    mask, kind = key & 0xFF, key >> 8
    layout = _layout(mask, kind, handled=handled)
    if layout is None:
        raise ValueError("a value without a fixed size was put among those that have one")
    cut = raw[places[:, None] + np.arange(layout.itemsize)].view(layout)[:, 0]
    for name in ("handle", "status", "source", "server"):
        if name in (layout.names or ()):
            getattr(columns, name)[rows] = cut[name]
    if mask & HAS_VALUE:
        columns.number[rows] = cut["value"]
        columns.has_number[rows] = True
        if kind in WIDE:
            _exact(cut["value"], rows, columns)


def _exact(wide: npt.NDArray[Any], rows: npt.NDArray[np.int64], columns: Columns) -> None:
    """Keep integers that a double cannot hold as text as well."""
    beyond = (wide > 2**53) | (wide < -(2**53)) if wide.dtype.kind == "i" else wide > 2**53
    for place in np.flatnonzero(beyond):
        columns.text[int(rows[place])] = str(int(wide[place]))


def _one(data: bytes, at: int, row: int, columns: Columns, *, handled: bool) -> int:
    """Take one value of any size at `at`; answer where the next begins."""
    if handled:
        columns.handle[row] = int.from_bytes(data[at : at + 4], "little")
        at += 4
    mask, at = data[at], at + 1
    if mask & HAS_VALUE:
        rest = Buffer(data, at)
        value = plain_of(variant_from_binary(rest))
        at = rest.cur_pos
        if value.number is not None:
            columns.number[row], columns.has_number[row] = value.number, True
        if value.text is not None:
            columns.text[row] = value.text
        if value.cut:
            columns.cut.append(row)
        columns.unknown |= value.unknown
    for bit, name, form in (
        (HAS_STATUS, "status", "<I"),
        (HAS_SOURCE, "source", "<q"),
        (HAS_SOURCE_PICO, "", "<H"),
        (HAS_SERVER, "server", "<q"),
        (HAS_SERVER_PICO, "", "<H"),
    ):
        if mask & bit:
            (value,) = struct.unpack_from(form, data, at)
            at += struct.calcsize(form)
            if name:
                getattr(columns, name)[row] = value
    return at


def published(answer: Buffer) -> Published:
    """Take an answer to Publish apart. Raise UaError for a fault, ValueError for garbage."""
    body = answer.copy()
    nodeid_from_binary(body)  # the type of the answer: asyncua has looked already
    header = struct_from_binary(ua.ResponseHeader, body)
    header.ServiceResult.check()
    data = body.read(len(body))
    try:
        return _published(data, header.Timestamp)
    except (struct.error, IndexError) as error:
        raise ValueError(f"an answer to Publish that cannot be read: {error}") from error


def _published(data: bytes, stamp: Any) -> Published:
    subscription, count = struct.unpack_from("<Ii", data, 0)
    at = 8
    available = list(struct.unpack_from(f"<{max(count, 0)}I", data, at))
    at += 4 * max(count, 0)
    more, sequence, _published_at, parts = struct.unpack_from("<?Iqi", data, at)
    at += 17
    made = Published(subscription, available, more, sequence, stamp, [], holds=parts > 0)
    take_notifications(data, at, parts, made)
    return made


def take_notifications(data: bytes, at: int, parts: int, made: Published) -> None:
    """Take the parts of a NotificationMessage into `made`: changes of data, or the end of the subscription."""
    for _ in range(parts):
        rest = Buffer(data, at)
        kind = nodeid_from_binary(rest)
        at = rest.cur_pos
        size = struct.unpack_from("<i", data, at + 1)[0] if data[at] & 1 else 0
        body, at = at + (5 if data[at] & 1 else 1), at + (5 if data[at] & 1 else 1) + max(size, 0)
        if kind.Identifier == ua.ObjectIds.DataChangeNotification_Encoding_DefaultBinary:
            rows = max(struct.unpack_from("<i", data, body)[0], 0)
            columns, _end = values(data, body + 4, rows, handled=True)
            made.columns.append(columns)
        elif kind.Identifier == ua.ObjectIds.StatusChangeNotification_Encoding_DefaultBinary:
            made.status = struct.unpack_from("<I", data, body)[0]


def republished(answer: Buffer, subscription: int) -> Published:
    """Take an answer to Republish apart, as one to Publish."""
    body = answer.copy()
    nodeid_from_binary(body)
    header = struct_from_binary(ua.ResponseHeader, body)
    header.ServiceResult.check()
    data = body.read(len(body))
    sequence, _published_at, parts = struct.unpack_from("<Iqi", data, 0)
    made = Published(
        subscription, [], more=False, sequence=sequence, sent=header.Timestamp, columns=[], holds=parts > 0
    )
    take_notifications(data, 16, parts, made)
    return made


def read(answer: Buffer) -> tuple[Columns, Any]:
    """Take an answer to Read apart, and the server's time; rows stand in the order asked for, `handle` is 0."""
    body = answer.copy()
    nodeid_from_binary(body)
    header = struct_from_binary(ua.ResponseHeader, body)
    header.ServiceResult.check()
    data = body.read(len(body))
    rows = max(struct.unpack_from("<i", data, 0)[0], 0)
    return values(data, 4, rows, handled=False)[0], header.Timestamp
