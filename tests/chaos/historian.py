"""A historian in a hurry: writes files every few thousand readings and joins them at once. Arguments: folder, bus."""

import asyncio
import sys
from pathlib import Path

from hanmaru.bus.connect import connect_streams
from hanmaru.edge.historian import compaction, housekeeping
from hanmaru.edge.historian.classes import Classes
from hanmaru.edge.historian.owner import Owner, Pace, Plan
from hanmaru.edge.historian.retention import Keep
from hanmaru.edge.historian.set_aside import SetAside
from hanmaru.edge.historian.store import Store


async def keep(folder: Path, url: str) -> None:
    """Work until killed."""
    classes = Classes()
    streams = connect_streams(url)
    store = Store(folder, classes)
    plan = Plan(Keep(), lambda: 10**12, Pace(rows=1_500, seconds=0.2))
    await Owner(store, SetAside(folder / "aside"), streams, "chaos", classes, plan).run()


if __name__ == "__main__":
    compaction.LATE_WAITS = 0  # type: ignore[misc]
    compaction.MANY = 3  # type: ignore[misc]
    housekeeping.LOOK = 0.05  # type: ignore[misc]
    asyncio.run(keep(Path(sys.argv[1]), sys.argv[2]))
