"""One bus: a TCP connection or a serial line with one request in flight, whoever asks and for whichever unit."""

import asyncio
import logging
import termios
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from pymodbus import FramerType
from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException
from pymodbus.pdu import ModbusPDU

from hanmaru.floor.words import sentence
from hanmaru.gateway.drivers.modbus.config import Config
from hanmaru.gateway.drivers.modbus.faults import Fault, fault_of
from hanmaru.gateway.drivers.modbus.plan import Block
from hanmaru.gateway.drivers.modbus.points import BITS, Point
from hanmaru.gateway.errors import Reconfigure, Retry, system_said

Client = AsyncModbusTcpClient | AsyncModbusSerialClient
logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # each silent unit would be a line a second; health tells it
WRITE_MANY_FROM: Final = 2  # registers that function 6 cannot set
OPENING: Final = 5.0  # seconds, besides what a unit takes
NEVER: Final = 10**9


class Silent(Exception):
    """A unit gave no valid answer, however often it was asked."""


class Refused(Exception):
    """A unit answered with an exception code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
        self.fault: Fault = fault_of(code)


class Bus:
    """Asks units one after the other; `hold` keeps others out between two requests that belong together."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._client: Client | None = None
        self._turn = asyncio.Lock()
        self._heard = 0  # bytes since the request was sent
        self.heard = time.monotonic()  # when a request ended last, in whichever way
        self.figures = {"requests": 0, "sent_again": 0, "silences": 0, "garbled": 0, "exceptions": 0}

    @property
    def connected(self) -> bool:
        """Say whether the line stands."""
        return self._client is not None and self._client.connected

    async def open(self) -> None:
        """Connect. Raise Retry; Reconfigure for settings that the line cannot take."""
        self.close()
        client = self._client = self._made()
        # A unit that is silent must not take the line away from the others: when to give up is decided in cycle.py.
        client.set_max_no_responses(NEVER)
        client.ctx.count_until_disconnect = NEVER
        try:
            reached = await asyncio.wait_for(client.connect(), self._config.timeout + OPENING)
        except termios.error as error:
            self.close()
            raise Reconfigure(
                device=self._config.device,
                why=sentence(
                    "the line does not take %(baud)s baud with parity %(parity)s",
                    baud=self._config.baud,
                    parity=self._config.parity,
                ),
                remedy=sentence("Choose speed and parity that the adapter has; a virtual line has only parity N"),
            ) from error
        except (OSError, ModbusException, TimeoutError) as error:
            self.close()
            raise Retry(device=self._config.device, why=system_said(error)) from error
        if not reached:
            self.close()
            raise Retry(device=self._config.device, why=sentence("cannot be reached: is it on, and the address right"))

    def _made(self) -> Client:
        config = self._config
        if config.transport == "rtu":
            return AsyncModbusSerialClient(
                config.line,
                framer=FramerType.RTU,
                baudrate=config.baud,
                parity=config.parity,
                stopbits=config.stop_bits,
                timeout=config.timeout,
                retries=0,
                reconnect_delay=0,
                trace_packet=self._listen,
            )
        return AsyncModbusTcpClient(
            config.host,
            port=config.port,
            framer=FramerType.SOCKET if config.transport == "tcp" else FramerType.RTU,
            timeout=config.timeout,
            retries=0,
            reconnect_delay=0,
            trace_packet=self._listen,
        )

    def _listen(self, sending: bool, data: bytes) -> bytes:  # noqa: FBT001 - as pymodbus calls it
        self._heard = 0 if sending else self._heard + len(data)
        return data

    def close(self) -> None:
        """Let the line go."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[None]:
        """Keep the bus for requests that belong together."""
        async with self._turn:
            yield

    async def read(self, block: Block) -> Sequence[int] | Sequence[bool]:
        """Read a block. Raise Refused, Silent; Retry where the line is down."""
        async with self.hold():
            return await self.read_held(block)

    async def read_held(self, block: Block) -> Sequence[int] | Sequence[bool]:
        """Read a block while the bus is held."""

        def ask(client: Client) -> Awaitable[ModbusPDU]:
            read = {
                "coil": client.read_coils,
                "discrete": client.read_discrete_inputs,
                "input": client.read_input_registers,
                "holding": client.read_holding_registers,
            }[block.table]
            return read(block.address, count=block.count, device_id=block.unit)

        answer = await self._ask(ask)
        cells: Sequence[int] | Sequence[bool] = answer.bits if block.table in BITS else answer.registers
        if len(cells) < block.count:
            self.figures["garbled"] += 1
            raise Silent
        return cells[: block.count]

    async def write_held(self, point: Point, cells: Sequence[int]) -> None:
        """Set a coil or registers while the bus is held; never sent twice. Raise Refused, Silent, Retry."""

        def ask(client: Client) -> Awaitable[ModbusPDU]:
            if point.table == "coil":
                return client.write_coil(point.address, bool(cells[0]), device_id=point.unit)
            if len(cells) < WRITE_MANY_FROM and not self._config.write_many:
                return client.write_register(point.address, cells[0], device_id=point.unit)
            return client.write_registers(point.address, list(cells), device_id=point.unit)

        await self._ask(ask, times=1)

    async def _ask(self, ask: Callable[[Client], Awaitable[ModbusPDU]], times: int | None = None) -> ModbusPDU:
        times = self._config.retries + 1 if times is None else times
        for attempt in range(times):
            client = self._client
            if client is None or not client.connected:
                raise Retry(device=self._config.device, why=sentence("the line is down"))
            self.figures["requests"] += 1
            self.figures["sent_again"] += attempt > 0
            try:
                answer = await ask(client)
            except ModbusException:
                await self._after_silence()
                self.heard = time.monotonic()
                continue
            self.heard = time.monotonic()
            await asyncio.sleep(self._config.pause)
            if answer.isError():
                self.figures["exceptions"] += 1
                raise Refused(answer.exception_code)
            return answer
        raise Silent

    async def _after_silence(self) -> None:
        """Count a request without valid answer; on a serial line wait until a late one has come and gone.

        An RTU answer does not say to which request it belongs: a late one must not be taken for the next.
        """
        self.figures["garbled" if self._heard else "silences"] += 1
        if self._config.transport != "tcp":
            await asyncio.sleep(self._config.timeout)
