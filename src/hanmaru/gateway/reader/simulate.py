"""A busy gate without hardware: things pass several antennas, each is read many times, now and then rubbish."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from threading import Event
from typing import Final

from hanmaru.floor import scan
from hanmaru.floor.epc import MAX_SGTIN_SERIAL, Sgtin96
from hanmaru.gateway.reader.gate import Sighting
from hanmaru.kernel.errors import HanmaruError, Invalid

ANTENNAS: Final = 4
RUBBISH_SHARE: Final = 0.01
_PIECES_OF_A_GTIN: Final = 50
_AT_ONCE: Final = 12
# Middle and spread of what a tag in the field of a gate's antenna measures.
_RSSI_DBM: Final = (-58.0, 6.0)


class BadEpcFile(Invalid):
    """The list of tags for the simulation cannot be used."""

    code = "reader.epc_file"
    message = "%(file)s: %(problem)s"


def tags_of(file: Path, random: Random) -> list[str]:
    """Answer the tags of a list, one tag number or GTIN a line; a GTIN gives 50 pieces with made-up serials.

    Empty lines and those that begin with # are left out. Raises `BadEpcFile` naming the line.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadEpcFile(file=file, problem=f"it cannot be read ({error})") from error
    tags: list[str] = []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            try:
                tags += _tags_of_line(line, random)
            except HanmaruError as error:
                raise BadEpcFile(file=file, problem=f"line {number}: {error}") from error
    if not tags:
        raise BadEpcFile(file=file, problem="no tag in it; write a tag number or a GTIN on each line")
    return tags


def _tags_of_line(line: str, random: Random) -> list[str]:
    found = scan.parse(line)
    if isinstance(found, scan.ScannedEpc):
        return [found.tag.hex]
    if isinstance(found, scan.ScannedGtin):
        length = scan.company_prefix_length(found.gtin)
        serials = [random.randint(1, MAX_SGTIN_SERIAL) for _ in range(_PIECES_OF_A_GTIN)]
        return [Sgtin96.from_gtin(found.gtin, serial, prefix_length=length).hex for serial in serials]
    raise BadEpcFile("neither a tag number nor a GTIN")


class BusyGate:
    """Plays sightings at `rate` a second. The same seed and tags give the same sequence of tags and antennas."""

    def __init__(self, tags: Sequence[str], rate: float, random: Random) -> None:
        self._tags, self._rate, self._random = tags, rate, random

    def run(self, stop: Event, *, see: Callable[[Sighting], None], now: Callable[[], datetime]) -> None:
        """Hand on sightings in real time until `stop` is set."""
        started = now()
        for number, (epc, antenna, rssi) in zip(count(), self.sightings(), strict=False):
            due = started + timedelta(seconds=number / self._rate)
            if stop.wait(max(0.0, (due - now()).total_seconds())):
                return
            see(Sighting(epc, antenna, rssi, now()))

    def sightings(self) -> Iterator[tuple[str, int, float]]:
        """Answer (tag, antenna, RSSI in dBm) without end; a dozen things are in the gate, as one comes one leaves."""
        in_gate: deque[str] = deque(maxlen=_AT_ONCE)
        while True:
            in_gate.append(self._random.choice(self._tags))
            for _ in range(self._random.randint(3, 9)):
                tag = self._rubbish() if self._random.random() < RUBBISH_SHARE else self._random.choice(in_gate)
                yield tag, self._random.randint(1, ANTENNAS), round(self._random.gauss(*_RSSI_DBM), 1)

    def _rubbish(self) -> str:
        """A read cut short, a stranger's pallet tag, a chip number, noise."""
        tag = self._random.choice(self._tags)
        return self._random.choice([tag[:17], "31" + tag[2:], "E2801160600002084C3A1B2C", "?" * 8])
