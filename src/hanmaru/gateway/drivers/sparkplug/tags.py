"""Tags of a host application: which metric belongs to which tag, and the readings that come of what nodes report."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import pyarrow as pa

from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import Reading, batch_of
from hanmaru.floor.tag import Tag
from hanmaru.gateway.drivers.sparkplug.codec import Structure
from hanmaru.gateway.drivers.sparkplug.effects import Known, Reported
from hanmaru.gateway.drivers.sparkplug.schema import DataType
from hanmaru.gateway.drivers.sparkplug.topic import Point, parse_address
from hanmaru.gateway.drivers.sparkplug.values import when
from hanmaru.gateway.fit import fit


class Tags:
    """The tags of one run. Readings gather until they are taken."""

    def __init__(self, tags: Sequence[Tag], now: Callable[[], datetime]) -> None:
        self._now = now
        self._at: dict[Point, list[Tag]] = {}
        self._unreadable: list[Tag] = []
        self._waited_for: set[Point] = set()
        self._rows: list[Reading] = []
        self.missing: dict[int, str] = {}
        for tag in tags:
            point = parse_address(tag.address)
            if point is None:
                self._unreadable.append(tag)
            else:
                self._at.setdefault(point, []).append(tag)
        self._waited_for.update(self._at)

    @property
    def nodes(self) -> set[tuple[str, str]]:
        """Answer the (group, node) that hold a tag."""
        return {(point.group, point.node) for point in self._at}

    def unreadable(self) -> pa.RecordBatch | None:
        """Tell, once, of tags whose address is none."""
        for tag in self._unreadable:
            self._lacking(tag, Quality.BAD_CONFIGURATION, "an address is group/node/device/metric")
        return self.taken()

    def never_born(self) -> pa.RecordBatch | None:
        """Tell, once, of tags whose node or device was not heard in the time it had."""
        for point in self._waited_for:
            where = "/".join(filter(None, (point.group, point.node, point.device)))
            for tag in self._at[point]:
                self._lacking(tag, Quality.BAD_NO_COMMUNICATION, f"nothing was heard of {where}")
        self._waited_for.clear()
        return self.taken()

    def born(self, group: str, node: str, device: str, metrics: Mapping[str, Known]) -> None:
        """Tell of tags that a birth does not name."""
        for point, tags in self._of(group, node, device):
            self._waited_for.discard(point)
            for tag in tags:
                if point.metric in metrics:
                    self.missing.pop(tag.id, None)
                else:
                    self._lacking(tag, Quality.BAD_NODE_UNKNOWN, f"the birth does not name {point.metric}")

    def died(self, group: str, node: str, device: str) -> None:
        """Tell that what is known of a device, or of a node with all its devices, is old."""
        now = self._now()
        for _, tags in self._of(group, node, device or None):
            self._rows += [Reading(tag.id, now, now, quality=Quality.BAD_NOT_CONNECTED) for tag in tags]

    def report(self, point: Point, reported: Reported) -> None:
        """Take a value. One that the node calls transient is not to be kept (section 6.4.6), and is not."""
        for tag in self._at.get(point, ()):
            self._waited_for.discard(point)
            if reported.transient:
                self.missing[tag.id] = "the node calls this metric transient: it is not to be kept"
            else:
                self._rows.append(self._reading(tag, reported))

    def taken(self) -> pa.RecordBatch | None:
        """Answer the readings gathered since, None for none."""
        rows, self._rows = self._rows, []
        return batch_of(rows) if rows else None

    def _reading(self, tag: Tag, reported: Reported) -> Reading:
        now, time = self._now(), when(reported.timestamp)
        quality = reported.quality if reported.understood else Quality.BAD_TYPE_MISMATCH
        if time is None and quality == Quality.GOOD:
            quality = Quality.UNCERTAIN  # no time, or one that is none
        fitted = fit(tag, _plain(tag, reported), quality)
        return Reading(tag.id, time or now, now, fitted.number, fitted.text, fitted.quality)

    def _of(self, group: str, node: str, device: str | None) -> Iterator[tuple[Point, list[Tag]]]:
        for point, tags in self._at.items():
            if (point.group, point.node) == (group, node) and device in {None, point.device}:
                yield point, tags

    def _lacking(self, tag: Tag, quality: Quality, why: str) -> None:
        now = self._now()
        if self.missing.get(tag.id) != why:
            self.missing[tag.id] = why
            self._rows.append(Reading(tag.id, now, now, quality=quality))


def _plain(tag: Tag, reported: Reported) -> object:
    """Answer a value as `fit` takes it; a time is a text for tags of text, else milliseconds since 1970."""
    value = reported.value
    if isinstance(value, Structure):
        return value.as_json()
    if reported.datatype == DataType.DATETIME and tag.type == "text" and isinstance(value, int):
        moment = when(value)
        return moment.isoformat() if moment else None
    return value
