"""What devices offered against what arrived, reading by reading: nothing missing, doubled, altered or out of order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hanmaru.floor.reading import Reading, microseconds
from hanmaru.twin.truth import Offered, same

Key = tuple[int, int]  # tag, source time in microseconds
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Differences:
    """What does not agree. `missing` were offered and did not arrive, `invented` arrived and were not offered.

    `out_of_order` arrived after a later one of the same tag. `outside` are missing ones offered in a pause.
    """

    offered: int
    arrived: int
    missing: list[Offered] = field(default_factory=list)
    doubled: list[Key] = field(default_factory=list)
    altered: list[tuple[Offered, Reading]] = field(default_factory=list)
    invented: list[Reading] = field(default_factory=list)
    out_of_order: list[Key] = field(default_factory=list)
    outside: int = 0

    def __bool__(self) -> bool:
        """Say whether anything differs; what was offered to nobody does not count."""
        return bool(self.missing or self.doubled or self.altered or self.invented or self.out_of_order)

    def __str__(self) -> str:
        """Tell how many of each, and the first of them."""
        parts = [f"{self.offered} offered, {self.arrived} arrived, {self.outside} offered to nobody"]
        for name in ("missing", "doubled", "altered", "invented", "out_of_order"):
            found = getattr(self, name)
            if found:
                parts.append(f"{len(found)} {name}: {found[:MOST_SHOWN]}")
        return "; ".join(parts)


def compare(
    truth: Iterable[Offered],
    arrived: Iterable[Reading],
    tags: Mapping[tuple[str, str], int],
    *,
    pauses: Iterable[tuple[int, int]] = (),
) -> Differences:
    """Compare by tag and source time. `tags`: (device, address) of the log -> tag; other rows of the log are left out.

    `arrived` comes in the order of arrival. `pauses` are spans of source time (microseconds, both ends included) in
    which nobody was connected to a device that keeps nothing: what is missing there is counted apart.
    """
    wanted: dict[Key, Offered] = {}
    for row in truth:
        tag = tags.get((row.device, row.address))
        if tag is not None:
            wanted[tag, row.source_time] = row  # of two with one time the later holds, as in floor.reading
    seen: set[Key] = set()
    newest: dict[int, int] = {}
    found = Differences(offered=len(wanted), arrived=0)
    count = 0
    for reading in arrived:
        count += 1
        key = (reading.tag, microseconds(reading.source_time))
        told = wanted.get(key)
        if told is None:
            found.invented.append(reading)
        elif key in seen:
            found.doubled.append(key)
        elif not _agree(told, reading):
            found.altered.append((told, reading))
        if key[1] < newest.get(reading.tag, key[1]):
            found.out_of_order.append(key)
        newest[reading.tag] = max(newest.get(reading.tag, key[1]), key[1])
        seen.add(key)
    spans = list(pauses)
    lost = [row for key, row in wanted.items() if key not in seen]
    missing = [row for row in lost if not any(begin <= row.source_time <= end for begin, end in spans)]
    return Differences(
        found.offered, count, missing, found.doubled, found.altered, found.invented, found.out_of_order,
        len(lost) - len(missing),
    )  # fmt: skip


def _agree(row: Offered, reading: Reading) -> bool:
    """Say whether value and quality are the same; the low sixteen bits of a quality only tell more."""
    if row.quality >> 16 != reading.quality >> 16:
        return False
    return same(row.number, reading.number) and row.text == reading.text
