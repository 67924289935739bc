"""The process that listens to the plants for the business. `python -m hanmaru.launch.intake`."""

import asyncio
import os
import signal

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
    from hanmaru.central.intake import listen  # noqa: PLC0415 -- Django is set up by now
    from hanmaru.central.web.live import speak  # noqa: PLC0415 -- same

    bus = connect(url)
    speak(bus)
    streams = connect_streams(url)
    listening = asyncio.create_task(listen(streams))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, listening.cancel)
    try:
        await asyncio.gather(listening, return_exceptions=False)
    except asyncio.CancelledError:
        await streams.close()
    finally:
        bus.close()


if __name__ == "__main__":
    work(load(None, os.environ))
