"""The streams in which the plant floor keeps its facts, and who makes them.

Readings go when the historian has them on its disk; events, commands and outcomes stay for as long as people ask about
them. All refuse when full: the producer keeps what was refused in its outbox, so a full stream loses nothing. The
server sets the bytes aside when the stream is made, so they are chosen small enough for a small disk.
"""

from typing import Final

from hanmaru.bus.streams import Streams, StreamShape
from hanmaru.floor import subjects

HISTORIAN: Final = "historian"  # the durable consumer that takes readings
MEGABYTE: Final = 1024 * 1024
DAY: Final = 86_400.0
# A message stored while its answer was lost comes again after the outage: within this time the server knows its id.
# Each id costs the server some 100 bytes for that long. Who consumes is idempotent besides.
KNOWN_FOR: Final = 1_200.0

READINGS: Final = "READINGS"
EVENTS: Final = "EVENTS"
COMMANDS: Final = "COMMANDS"
OUTCOMES: Final = "OUTCOMES"


def floor_streams(readings_mb: int) -> tuple[StreamShape, ...]:
    """Answer the shapes; readings take `readings_mb`, the others a few hundred megabytes together."""
    return (
        StreamShape(
            READINGS,
            (subjects.READINGS,),
            max_bytes=readings_mb * MEGABYTE,
            until="taken",
            duplicate_window=KNOWN_FOR,
            consumers=(HISTORIAN,),
        ),
        StreamShape(EVENTS, (subjects.EVENTS,), 256 * MEGABYTE, max_age=30 * DAY, duplicate_window=KNOWN_FOR),
        StreamShape(COMMANDS, (subjects.COMMANDS,), 64 * MEGABYTE, max_age=7 * DAY, duplicate_window=KNOWN_FOR),
        StreamShape(OUTCOMES, (subjects.OUTCOMES,), 128 * MEGABYTE, max_age=90 * DAY, duplicate_window=KNOWN_FOR),
    )


def place_of_commands(site: str, source: str) -> str:
    """Answer the durable place by which a source takes its commands. Names have no `_`, so no two sources share one."""
    return f"gateway_{site}_{source}"


async def make_floor_streams(streams: Streams, readings_mb: int) -> None:
    """Make them, or bring them to their shapes. Raise NotAcknowledged, NoRoom."""
    for shape in floor_streams(readings_mb):
        await streams.ensure(shape)
