"""A virtual gantry with the driver at it, for tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from hanmaru.floor.command import Outcome
from hanmaru.floor.shapes import take
from hanmaru.gateway.drivers.grbl.config import GrblConfig
from hanmaru.gateway.drivers.grbl.driver import GrblDriver
from hanmaru.twin.clock import VirtualClock
from hanmaru.twin.devices.grbl.device import GrblDevice
from hanmaru.twin.devices.grbl.gantry import rack
from hanmaru.twin.devices.grbl.settings import Settings
from tests.contracts.drivers.bench import command, tag
from tests.contracts.drivers.caught import Caught

OUT = (-50.0, -50.0, -100.0)
TAGS = [tag(1, "x"), tag(2, "y"), tag(3, "z"), tag(4, "state", "text"), tag(5, "homed", "flag"), tag(6, "held", "flag")]
TARGET = tag(99, "state")
IN_HASTE = 20  # times as fast as ours: for what is not looked at


def config_of(machine: GrblDevice, **more: Any) -> GrblConfig:
    cells = [{"code": code, "x": x, "y": y, "z": z} for code, (x, y, z) in rack().items()]
    given = {
        "port": machine.path,
        "cells": cells,
        "transfer_x": OUT[0],
        "transfer_y": OUT[1],
        "transfer_z": OUT[2],
        "safe_z": -2.0,
        "feed": 3000.0,
        "held_pin": "P",
        "look_seconds": 0.02,
        "silence_seconds": 20,
        **more,
    }
    return take(GrblConfig, given, "config")


@dataclass
class Cell:
    """A machine, its driver and what it told."""

    machine: GrblDevice
    driver: GrblDriver
    sink: Caught
    running: asyncio.Task[None]

    async def home(self) -> None:
        """Home in haste, then go on as fast as before."""
        clock = self.machine.clock
        speed = clock.speed
        clock.pace(IN_HASTE)
        outcome = await self.do("home")
        clock.pace(speed)
        assert outcome.result == "done", outcome

    async def do(self, program: str, *arguments: str) -> Outcome:
        return await self.driver.write(command(TARGET, program=program, arguments=arguments), None)

    def begin(self, program: str, *arguments: str) -> "asyncio.Task[Outcome]":
        return asyncio.create_task(self.do(program, *arguments))

    async def state(self, *wanted: str) -> None:
        await self.sink.until(lambda: bool(self.sink.of(4)) and self.sink.of(4)[-1].text in wanted)

    async def below(self, height: float) -> None:
        await self.sink.until(lambda: bool(self.sink.of(3)) and (self.sink.of(3)[-1].number or 0) < height)


@asynccontextmanager
async def gantry(*, speed: float = 20, settings: Settings | None = None, **more: Any) -> AsyncIterator[Cell]:
    cells = {**rack(), "OUT": OUT}
    contents = {"A1": "ring", "B2": "shoe"}
    clock = VirtualClock(speed=speed)
    async with GrblDevice(cells=cells, contents=contents, clock=clock, settings=settings) as machine:
        driver, sink = GrblDriver(config_of(machine, **more)), Caught()
        await driver.connect()
        running = asyncio.create_task(driver.run(TAGS, sink))
        try:
            yield Cell(machine, driver, sink, running)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await driver.close()


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(work(), 240))
