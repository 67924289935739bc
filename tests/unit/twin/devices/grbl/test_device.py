"""The machine through its serial port, opened as any program opens one."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from hanmaru.twin.clock import VirtualClock
from hanmaru.twin.devices.grbl.device import GrblDevice


class Port:
    """A serial port opened by its path."""

    def __init__(self, path: str) -> None:
        self.file = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self.seen = b""

    async def read_until(self, wanted: str, seconds: float = 60.0) -> str:
        """Read until a pattern has come; answer what was read up to its end."""
        async with asyncio.timeout(seconds):
            while not (found := re.search(wanted.encode(), self.seen)):
                try:
                    self.seen += os.read(self.file, 4096)
                except BlockingIOError:
                    await asyncio.sleep(0.002)
        text, self.seen = self.seen[: found.end()], self.seen[found.end() :]
        return text.decode()

    def write(self, data: bytes) -> None:
        assert os.write(self.file, data) == len(data)

    def close(self) -> None:
        os.close(self.file)


@asynccontextmanager
async def opened(machine: GrblDevice) -> AsyncIterator[Port]:
    port = Port(machine.path)
    try:
        yield port
    finally:
        port.close()


def test_it_boots_when_opened_homes_and_moves_in_real_time() -> None:
    async def go() -> None:
        async with GrblDevice(clock=VirtualClock(speed=20)) as machine, opened(machine) as port:
            await port.read_until("to unlock]\r\n")
            port.write(b"$H\n")
            await port.read_until("ok\r\n")
            port.write(b"G53G1X-102F600\n")
            await port.read_until("ok\r\n")
            port.write(b"?")
            assert "<Run|" in await port.read_until(">\r\n")
            port.write(b"G4P0\n")
            await port.read_until("ok\r\n")
            assert machine.gantry.place == pytest.approx((-102, -2, -2), abs=1e-3)

    asyncio.run(go())


def test_a_pulled_cable_breaks_the_port_and_a_plugged_one_is_found_at_the_same_path() -> None:
    async def go() -> None:
        async with GrblDevice(resets_on_open=False) as machine:
            async with opened(machine) as port:
                port.write(b"?")
                await port.read_until("<Alarm")
                machine.pull()
                with pytest.raises(OSError, match="Input/output error"):
                    os.write(port.file, b"?")
                assert not os.path.lexists(machine.path)  # noqa: ASYNC240 - a look, at once
            machine.plug()
            async with opened(machine) as port:
                port.write(b"?")
                await port.read_until("<Alarm")

    asyncio.run(go())


def test_without_power_and_hung_it_is_silent() -> None:
    async def go() -> None:
        async with GrblDevice(resets_on_open=False) as machine, opened(machine) as port:
            machine.power_off()
            port.write(b"?")
            with pytest.raises(TimeoutError):
                await port.read_until("<", seconds=0.1)
            machine.power_on()
            await port.read_until("Grbl 1.1h")
            machine.hung = True
            port.write(b"?")
            with pytest.raises(TimeoutError):
                await port.read_until("<", seconds=0.1)
            machine.hung = False
            port.write(b"?")
            await port.read_until("<Alarm")

    asyncio.run(go())


def test_what_is_said_while_nobody_listens_is_lost() -> None:
    async def go() -> None:
        async with GrblDevice(resets_on_open=False) as machine:
            machine.power_off()
            machine.power_on()
            async with opened(machine) as port:
                port.write(b"?")
                assert (await port.read_until(">\r\n")).startswith("<Alarm")

    asyncio.run(go())
