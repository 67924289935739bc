"""The process that listens to the plants for the business. `python -m hanmaru.launch.intake`."""

import asyncio
import os
import signal
from contextlib import suppress

import django

from hanmaru.bus.connect import connect, connect_streams
from hanmaru.launch import logs
from hanmaru.launch.settings import Settings, load


def work(settings: Settings) -> None:
    """Listen until SIGTERM."""
    django.setup()
    logs.configure("intake", settings.node.log_level)
    asyncio.run(_listen(os.environ["HANMARU_BUS_URL"]))


async def _listen(url: str) -> None:
    from hanmaru.central.intake import hear_events, listen  # noqa: PLC0415 -- Django is set up by now
    from hanmaru.central.web.live import speak  # noqa: PLC0415 -- same

    bus = connect(url)
    speak(bus)
    streams = connect_streams(url)
    hearing = asyncio.gather(listen(streams), hear_events(streams))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, hearing.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await hearing
    finally:
        await streams.close()
        bus.close()


if __name__ == "__main__":
    work(load(None, os.environ))
