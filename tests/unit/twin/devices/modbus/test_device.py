"""Modbus devices, asked by pymodbus's client, which shares no code with them."""

import asyncio
import math
import struct

import pytest
from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient
from pymodbus.exceptions import ModbusIOException
from pymodbus.pdu import ModbusPDU

from hanmaru.twin.devices.modbus.device import ModbusRtuDevice, ModbusTcpDevice, crc
from hanmaru.twin.devices.modbus.registers import Point, Registers, Table
from hanmaru.twin.truth import TrueLog, Value

POINTS = [
    Point("running", Table.COIL, 0, "flag"),
    Point("guard", Table.DISCRETE, 3, "flag"),
    Point("bearing", Table.INPUT, 10, "int16", scale=0.1),
    Point("rms", Table.INPUT, 11, "float32"),
    Point("shots", Table.INPUT, 13, "uint32", low_word_first=True),
    Point("energy", Table.INPUT, 15, "uint64"),
    Point("peak", Table.INPUT, 19, "float32", swapped=True),
    Point("alarm", Table.INPUT, 21, "bit", bit=5),
    Point("setpoint", Table.HOLDING, 100, "float32"),
    Point("mode", Table.HOLDING, 102, "uint16"),
    Point("recipe", Table.HOLDING, 103, "text", length=4),
]


def registers(unit: int = 1) -> Registers:
    made = Registers(POINTS, unit=unit)
    values: dict[str, Value] = {
        "running": True, "guard": True, "bearing": -12.3, "rms": 4.5, "shots": 70_000, "energy": 2**60 + 1,
        "peak": -0.25, "alarm": True, "setpoint": 80.5, "mode": 3, "recipe": "A6061-2",
    }  # fmt: skip
    for name, value in values.items():
        made.put(name, value)
    return made


def words(response: ModbusPDU) -> bytes:
    assert not response.isError(), response
    return struct.pack(f">{len(response.registers)}H", *response.registers)


def test_every_function_over_tcp() -> None:
    async def go() -> None:
        unit, written = registers(), list[tuple[str, Value]]()
        unit.written = lambda name, value: written.append((name, value))
        async with ModbusTcpDevice([unit]) as device:
            client = AsyncModbusTcpClient(device.host, port=device.port)
            assert await client.connect()
            assert (await client.read_coils(0, count=1, device_id=1)).bits[0] is True
            assert (await client.read_discrete_inputs(3, count=1, device_id=1)).bits[0] is True
            raw = words(await client.read_input_registers(10, count=12, device_id=1))
            assert struct.unpack(">hf", raw[:6]) == (-123, 4.5)
            assert struct.unpack(">HH", raw[6:10]) == (70_000 & 0xFFFF, 1)
            assert struct.unpack(">Q", raw[10:18]) == (2**60 + 1,)
            assert struct.unpack("<2H", raw[18:22]) == struct.unpack(">2H", struct.pack(">f", -0.25))
            assert raw[23] >> 5 & 1
            assert words(await client.read_holding_registers(103, count=4, device_id=1)) == b"A6061-2\0"
            await client.write_coil(0, value=False, device_id=1)
            await client.write_coils(0, [True], device_id=1)
            await client.write_register(102, 7, device_id=1)
            await client.write_registers(100, list(struct.unpack(">2H", struct.pack(">f", 91.25))), device_id=1)
            await client.mask_write_register(address=102, and_mask=0xFFEE, or_mask=0x11, device_id=1)
            both = await client.readwrite_registers(
                read_address=100, read_count=2, write_address=102, values=[9], device_id=1
            )
            assert struct.unpack(">f", words(both)) == (91.25,)
            client.close()
        assert written == [
            ("running", False), ("running", True), ("mode", 7), ("setpoint", 91.25), ("mode", 23), ("mode", 9)
        ]  # fmt: skip

    asyncio.run(go())


def test_what_is_not_there_is_refused_with_the_code_of_the_standard() -> None:
    async def go() -> None:
        async with ModbusTcpDevice([registers()]) as device:
            client = AsyncModbusTcpClient(device.host, port=device.port, retries=0)
            await client.connect()
            codes = [
                (await client.read_input_registers(9, count=3, device_id=1)).exception_code,
                (await client.write_register(500, 1, device_id=1)).exception_code,
                (await client.read_holding_registers(100, count=1, device_id=9)).exception_code,
                (await client.report_device_id(device_id=1)).exception_code,
            ]
            assert codes == [2, 2, 0x0B, 1]
            device.exceptions[1] = 6
            assert (await client.read_coils(0, count=1, device_id=1)).exception_code == 6
            client.close()

    asyncio.run(go())


def test_units_share_a_serial_line_and_a_missing_one_is_silence() -> None:
    async def go() -> None:
        async with ModbusRtuDevice([registers(1), registers(7)]) as device:
            client = AsyncModbusSerialClient(device.path, baudrate=19_200, timeout=2.0, retries=0)
            assert await client.connect()
            device.units[7].put("mode", 77)
            assert (await client.read_holding_registers(102, count=1, device_id=1)).registers == [3]
            assert (await client.read_holding_registers(102, count=1, device_id=7)).registers == [77]
            with pytest.raises(ModbusIOException):
                await client.read_holding_registers(102, count=1, device_id=3)
            await client.write_registers(100, [1, 2], device_id=7)
            device.garbled = 1
            with pytest.raises(ModbusIOException):
                await client.read_coils(0, count=1, device_id=1)
            assert (await client.read_holding_registers(100, count=2, device_id=7)).registers == [1, 2]
            client.close()

    asyncio.run(go())


def test_hung_and_cut_lines() -> None:
    async def go() -> None:
        async with ModbusTcpDevice([registers()]) as device:
            client = AsyncModbusTcpClient(device.host, port=device.port, timeout=2.0, retries=0, reconnect_delay=0)
            await client.connect()
            device.hung = True
            with pytest.raises(ModbusIOException):
                await client.read_coils(0, count=1, device_id=1)
            device.hung = False
            await device.wire.cut()
            client.close()
            assert not await client.connect()
            await device.wire.mend()
            assert await client.connect()
            assert (await client.read_coils(0, count=1, device_id=1)).bits[0] is True
            device.wire.freeze()
            with pytest.raises(ModbusIOException):
                await client.read_coils(0, count=1, device_id=1)
            client.close()

    asyncio.run(go())


def test_the_true_log_holds_what_was_read_whole() -> None:
    async def go() -> None:
        with TrueLog() as log:
            async with ModbusTcpDevice([registers()], name="press", log=log) as device:
                client = AsyncModbusTcpClient(device.host, port=device.port)
                await client.connect()
                device.units[1].put("rms", math.nan)
                await client.read_input_registers(10, count=4, device_id=1)  # half of `shots` is not a value
                client.close()
            rows = log.rows()
            assert [(row.device, row.address) for row in rows] == [("press", "1/bearing"), ("press", "1/rms")]
            assert rows[0].number == pytest.approx(-12.3)
            assert math.isnan(rows[1].number or 0)

    asyncio.run(go())


def test_the_check_sum_is_that_of_the_standard() -> None:
    assert crc(bytes([2, 7])) == bytes([0x41, 0x12])  # Serial Line V1.02, 6.2.2: the example frame 02 07 41 12
