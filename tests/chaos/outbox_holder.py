"""A gateway's part that is killed again and again: it puts messages into an outbox, sends them, and notes what it took.

Arguments: folder of the outbox, address of the bus, number of this life, file in which accepted messages are noted.
A file `stop` beside the outbox asks it to put nothing more, to send all that is left, and to end.
"""

import asyncio
import os
import sys
from pathlib import Path

from hanmaru.bus.connect import connect_streams
from hanmaru.gateway.forwarding import Pace, forward
from hanmaru.gateway.outbox import Outbox

SUBJECT = "floor.seongsu.readings.press-1"
PAUSE = 0.002  # seconds between messages, so that there is something to kill in between


async def live(folder: Path, url: str, life: int, noted: Path) -> None:
    box = Outbox(folder, "press-1", segment_bytes=64 * 1024)
    streams = connect_streams(url)
    sending = asyncio.create_task(forward(box, streams, Pace(backlog_rows=2_000, behind=2.0, longest_pause=0.5)))
    note = os.open(noted, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    number = 0
    while not (folder.parent / "stop").exists():
        number += 1
        word = f"{life}:{number}"
        await box.kept(box.put(SUBJECT, word.encode().ljust(700), rows=1))
        os.write(note, f"{word}\n".encode())  # from here on it counts as accepted
        await asyncio.sleep(PAUSE)
    while box.state().messages:  # noqa: ASYNC110 - the box's own account is what is waited for
        await asyncio.sleep(0.05)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await streams.close()
    box.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])))
