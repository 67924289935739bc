"""Modbus units on a TCP port and on a serial line.

Source: MODBUS Messaging on TCP/IP V1.0b, section 3.1 (MBAP header); MODBUS over Serial Line V1.02, sections 2.5.1 (RTU
framing) and 6.2.2 (CRC).
"""

import asyncio
import struct
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from hanmaru.twin.clock import VirtualClock
from hanmaru.twin.devices.modbus.functions import answer
from hanmaru.twin.devices.modbus.registers import Registers
from hanmaru.twin.devices.pty import Cable
from hanmaru.twin.devices.wire import Wire
from hanmaru.twin.truth import TrueLog, Value, offered

NO_ANSWER_BEHIND: Final = 0x0B  # exception: gateway target device failed to respond
FIXED: Final = {1: 8, 2: 8, 3: 8, 4: 8, 5: 8, 6: 8, 22: 10}  # bytes of an RTU request; others tell their own length


class ModbusUnits(ABC):
    """Units that share a line. Faults: `hung` (no answers), `delay` (seconds before each), `exceptions` by unit."""

    def __init__(
        self,
        units: Sequence[Registers],
        *,
        name: str = "modbus",
        clock: VirtualClock | None = None,
        log: TrueLog | None = None,
        at: str = "",
    ) -> None:
        """Serve these units; what a driver reads is noted in the log, its time being that of the answer.

        `at` is the port number, or the path of the serial port, to be had.
        """
        self.units = {registers.unit: registers for registers in units}
        self.name = name
        self.clock = clock or VirtualClock()
        self.hung = False
        self.delay = 0.0
        self.exceptions: dict[int, int] = {}  # unit -> exception code that it answers everything with
        self.requests = 0
        self._log = log
        self._at = at
        for registers in units:
            registers.served = partial(self._served, registers.unit)

    @abstractmethod
    async def __aenter__(self) -> Self:
        """Begin to listen."""

    @abstractmethod
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the line."""

    def _served(self, unit: int, name: str, value: Value) -> None:
        if self._log is not None:
            when = round(self.clock.now().timestamp() * 1_000_000)
            self._log.add(offered(self.name, f"{unit}/{name}", when, value))

    async def _respond(self, unit: int, request: bytes) -> bytes | None:
        """Answer a request PDU; None when nobody does."""
        self.requests += 1
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.hung or unit not in self.units:
            return None
        if unit in self.exceptions:
            return bytes([request[0] | 0x80, self.exceptions[unit]])
        return answer(self.units[unit], request)


class ModbusTcpDevice(ModbusUnits):
    """`async with ModbusTcpDevice([registers]) as device:` gives `device.host`, `device.port` and `device.wire`."""

    host = "127.0.0.1"
    wire: Wire

    @property
    def port(self) -> int:
        """Answer the port that a driver connects to; it stays the same."""
        return self.wire.port

    async def __aenter__(self) -> Self:
        self._writers: set[asyncio.StreamWriter] = set()
        self._server = await asyncio.start_server(self._connected, self.host, 0)
        self.wire = await Wire(self._server.sockets[0].getsockname()[1], own_port=int(self._at or 0)).__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.wire.__aexit__(None, None, None)
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            with suppress(asyncio.IncompleteReadError, OSError):
                while True:
                    await self._one(reader, writer)
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        transaction, protocol, length, unit = struct.unpack(">HHHB", await reader.readexactly(7))
        if protocol != 0 or not 2 <= length <= 254:
            raise OSError("not Modbus")
        request = await reader.readexactly(length - 1)
        response = await self._respond(unit, request)
        if response is None and unit not in self.units and not self.hung:
            response = bytes([request[0] | 0x80, NO_ANSWER_BEHIND])
        if response is not None:
            writer.write(struct.pack(">HHHB", transaction, 0, len(response) + 1, unit) + response)
            await writer.drain()


class ModbusRtuDevice(ModbusUnits):
    """`async with ModbusRtuDevice([registers, ...]) as device:` gives `device.path`, a serial line with these units.

    Further faults: `garbled`, so many answers to come with a wrong check sum; `cable.pull()`, `cable.plug()`.
    """

    garbled = 0

    @property
    def path(self) -> str:
        """Answer the path of the serial port."""
        return self.cable.path

    async def __aenter__(self) -> Self:
        self._buffer = bytearray()
        self._frames: asyncio.Queue[bytes] = asyncio.Queue()
        self.cable = Cable(self._received, self._buffer.clear, Path(self._at) if self._at else None)
        self.cable.plug()
        self._task = asyncio.create_task(self._live())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self.cable.close()

    def _received(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= 8:
            size = _frame_size(self._buffer)
            if len(self._buffer) < size:
                return
            frame = bytes(self._buffer[:size])
            if crc(frame[:-2]) != frame[-2:]:
                del self._buffer[0]  # noise: look for the next frame
                continue
            del self._buffer[:size]
            self._frames.put_nowait(frame)

    async def _live(self) -> None:
        while True:
            frame = await self._frames.get()
            response = await self._respond(frame[0], frame[1:-2])
            if response is None:
                continue
            reply = frame[:1] + response
            check = crc(reply)
            if self.garbled:
                self.garbled -= 1
                check = bytes([check[0] ^ 0xFF, check[1]])
            self.cable.send(reply + check)


def crc(data: bytes) -> bytes:
    """Answer the check sum of a frame, low byte first."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return value.to_bytes(2, "little")


def _frame_size(buffer: bytearray) -> int:
    """Answer how long the request is that begins the buffer."""
    function = buffer[1]
    if function in {15, 16}:
        return 9 + buffer[6]
    if function == 23:
        return 13 + buffer[10] if len(buffer) > 10 else 13
    return FIXED.get(function, 8)
