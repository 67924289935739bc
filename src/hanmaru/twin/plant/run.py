"""The plant alive: machines advanced, devices served, faults switched on request, until somebody asks to stop."""

import asyncio
import gc
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from hanmaru.kernel.errors import HanmaruError, Invalid, Unavailable
from hanmaru.twin.clock import VirtualClock
from hanmaru.twin.devices.sparkplug.node import Broker
from hanmaru.twin.plant import configuration, faults
from hanmaru.twin.plant.devices import Devices, Setup
from hanmaru.twin.plant.inbound import Inbound
from hanmaru.twin.plant.plant import Plant
from hanmaru.twin.truth import TrueLog

CONTROL: Final = "control"  # the socket through which faults are switched
LONGEST: Final = 500  # bytes of a request


class NotRunning(Unavailable):
    """No plant runs on this folder."""

    code = "twin.not_running"
    message = "No virtual plant runs on %(folder)s. Start one with `hanmaru twin`, or name its folder with --folder"


class BadBroker(Invalid):
    """An address that is none of an MQTT broker."""

    code = "twin.bad_broker"
    message = "Give the broker as mqtt://user:password@host:1883"


@dataclass(frozen=True, slots=True)
class Options:
    """How to run it. `every` real seconds the devices look at their sensors."""

    folder: Path
    speed: float = 1.0
    seed: int = 1
    every: float = 1.0
    faults: Sequence[str] = field(default_factory=tuple)
    log: Path | None = None
    broker: Broker | None = None


def broker_of(url: str) -> Broker:
    """Take `mqtt://user:password@host:1883` apart. Raise BadBroker."""
    parts = urlsplit(url)
    if parts.scheme != "mqtt" or not parts.hostname:
        raise BadBroker
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return Broker(parts.hostname, parts.port or 1883, user, password)


def run(options: Options, ready: Callable[[dict[str, str]], None]) -> None:
    """Run until SIGINT or SIGTERM; `ready` is handed the addresses. Raise NoSuchFault, NoSuchSignal."""
    asyncio.run(_run(options, ready))


async def _run(options: Options, ready: Callable[[dict[str, str]], None]) -> None:
    logging.getLogger("asyncua").setLevel(logging.WARNING)  # it tells of every node and request
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    with ExitStack() as logs:
        log = logs.enter_context(TrueLog(options.log)) if options.log else None
        plant = Plant(options.seed)
        setup = Setup(options.folder, VirtualClock(options.speed), log, options.broker, options.seed)
        async with AsyncExitStack() as stack:
            devices = await stack.enter_async_context(Devices(plant, setup))
            for name in options.faults:
                faults.switch(plant, devices, name, on=True)
            stack.push_async_callback(_closed(await _control(plant, devices, options.folder)))
            setup.clock.begin()  # the devices took their time to start
            configuration.write(devices, options.folder / configuration.FILE)
            gc.freeze()  # the address spaces stay: they need not be looked through again and again
            living = asyncio.create_task(_live(plant, devices, options))
            ready(devices.addresses())
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait([living, stopping], return_when=asyncio.FIRST_COMPLETED)
            for task in (living, stopping):
                task.cancel()
            with suppress(asyncio.CancelledError):
                await living


async def _live(plant: Plant, devices: Devices, options: Options) -> None:
    inbound = Inbound(plant, devices)
    clock = devices.setup.clock
    while True:
        plant.advance(clock.seconds())
        await devices.offer()
        await devices.tell_time()
        inbound.look()
        if devices.setup.log is not None:
            devices.setup.log.flush()
        await asyncio.sleep(options.every)


async def _control(plant: Plant, devices: Devices, folder: Path) -> asyncio.Server:
    """Listen for `fault NAME on|off` and `faults`; answers a line for people."""

    async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.read(LONGEST)).decode(errors="replace").split()
        try:
            answer = _do(plant, devices, request)
        except HanmaruError as error:
            answer = f"! {error}"
        writer.write(answer.encode())
        await writer.drain()
        writer.close()

    path = folder / CONTROL
    path.unlink(missing_ok=True)
    return await asyncio.start_unix_server(asked, path)


def _do(plant: Plant, devices: Devices, request: Sequence[str]) -> str:
    match request:
        case ["fault", name, "on" | "off" as state]:
            fault = faults.switch(plant, devices, name, on=state == "on")
            return f"{name} is {state}: {fault.words}"
        case _:
            return "! Say `fault NAME on` or `fault NAME off`"


def ask(folder: Path, request: str) -> str:
    """Ask the plant that runs on a folder; an answer that begins with `!` is a refusal. Raise NotRunning."""

    async def go() -> str:
        reader, writer = await asyncio.open_unix_connection(folder / CONTROL)
        writer.write(request.encode())
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        return answer.decode()

    try:
        return asyncio.run(go())
    except OSError as error:
        raise NotRunning(folder=folder) from error


def _closed(server: asyncio.Server) -> Callable[[], Awaitable[None]]:
    async def close() -> None:
        server.close()
        await server.wait_closed()

    return close
