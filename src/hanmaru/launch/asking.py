"""Questions of the command line to the gateway of a running system."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.streams import NotAcknowledged, Streams
from hanmaru.floor import subjects
from hanmaru.kernel.errors import Invalid, Unavailable
from hanmaru.launch.house import House
from hanmaru.launch.settings import Settings

PATIENCE: Final = 60.0  # seconds; a device may take half a minute
STATES_WITHIN: Final = 5.0  # seconds; each instance tells its state every two


class NotRunning(Unavailable):
    """The command asks a running system, and none runs here."""

    code = "launch.not_running"
    message = "Hanmaru does not run on %(folder)s. Start it: hanmaru up"


class GatewayRefused(Invalid):
    """The gateway understood and refused."""

    code = "launch.gateway_refused"
    message = "%(words)s"


def bus_url(settings: Settings) -> str:
    """Answer where the bus of the running system is. Raise NotRunning."""
    if settings.bus.url:
        return settings.bus.url
    running = House(settings.node.data_dir).announced()
    if running is None:
        raise NotRunning(folder=settings.node.data_dir)
    return running["HANMARU_BUS_URL"]


async def ask(streams: Streams, site: str, question: Mapping[str, Any], seconds: float = PATIENCE) -> dict[str, Any]:
    """Ask the gateway host. Raise GatewayRefused, NotAcknowledged."""
    data = json.dumps(dict(question), ensure_ascii=False).encode()
    answer: dict[str, Any] = json.loads(await streams.request(subjects.ask(site, "gateway"), data, seconds))
    if error := answer.get("error"):
        raise GatewayRefused(words=" ".join(filter(None, (error["words"], error["remedy"]))))
    return answer


async def sources_and_states(url: str, site: str) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Answer the sources of a site and what each told last; waits for the states of those that run."""
    streams = connect_streams(url)
    states: dict[str, dict[str, Any]] = {}
    try:
        sources = (await ask(streams, site, {"do": "list"}, 10))["sources"]
        expected = {source["name"] for source in sources if source["enabled"]}
        with suppress(TimeoutError, NotAcknowledged):
            async with asyncio.timeout(STATES_WITHIN), streams.listen(f"floor.{site}.states.>") as news:
                while expected - states.keys():
                    one = await anext(news)
                    states[one.subject.rpartition(".")[2]] = json.loads(one.data)
        return sources, states
    finally:
        await streams.close()
