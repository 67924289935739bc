"""What a Modbus unit does with a request. Source: MODBUS Application Protocol V1.1b3, sections 6 and 7."""

import struct
from typing import Final

from hanmaru.twin.devices.modbus.registers import Registers, Table

ILLEGAL_FUNCTION: Final = 1
ILLEGAL_ADDRESS: Final = 2
ILLEGAL_VALUE: Final = 3
READ_BITS: Final = {1: Table.COIL, 2: Table.DISCRETE}
READ_WORDS: Final = {3: Table.HOLDING, 4: Table.INPUT}


class Exceptional(Exception):
    """Answer with an exception code (section 7)."""

    def __init__(self, code: int) -> None:
        """Take the code."""
        self.code = code
        super().__init__(code)


def answer(registers: Registers, request: bytes) -> bytes:
    """Answer a request PDU (function code first) with a response PDU, an exception response where it is wrong."""
    function = request[0]
    try:
        return bytes([function]) + _do(registers, function, request[1:])
    except Exceptional as exceptional:
        return bytes([function | 0x80, exceptional.code])
    except struct.error:
        return bytes([function | 0x80, ILLEGAL_VALUE])


def _do(registers: Registers, function: int, body: bytes) -> bytes:
    if function in READ_BITS:
        first, count = struct.unpack(">HH", body)
        _check(registers, READ_BITS[function], first, count, most=2000)
        return _bits(registers.read(READ_BITS[function], first, count))
    if function in READ_WORDS:
        first, count = struct.unpack(">HH", body)
        _check(registers, READ_WORDS[function], first, count, most=125)
        return _words(registers.read(READ_WORDS[function], first, count))
    writers = {5: _write_coil, 6: _write_register, 15: _write_coils, 16: _write_registers, 22: _mask, 23: _read_write}
    if function not in writers:
        raise Exceptional(ILLEGAL_FUNCTION)
    return writers[function](registers, body)


def _check(registers: Registers, table: Table, first: int, count: int, most: int) -> None:
    if not 1 <= count <= most:
        raise Exceptional(ILLEGAL_VALUE)
    if not registers.has(table, first, count):
        raise Exceptional(ILLEGAL_ADDRESS)


def _write_coil(registers: Registers, body: bytes) -> bytes:
    address, value = struct.unpack(">HH", body)
    if value not in {0x0000, 0xFF00}:
        raise Exceptional(ILLEGAL_VALUE)
    _check(registers, Table.COIL, address, 1, most=1)
    registers.write(Table.COIL, address, [int(value == 0xFF00)])
    return body


def _write_register(registers: Registers, body: bytes) -> bytes:
    address, value = struct.unpack(">HH", body)
    _check(registers, Table.HOLDING, address, 1, most=1)
    registers.write(Table.HOLDING, address, [value])
    return body


def _write_coils(registers: Registers, body: bytes) -> bytes:
    first, count, size = struct.unpack(">HHB", body[:5])
    if size != (count + 7) // 8 or len(body) != 5 + size:
        raise Exceptional(ILLEGAL_VALUE)
    _check(registers, Table.COIL, first, count, most=1968)
    registers.write(Table.COIL, first, [body[5 + at // 8] >> at % 8 & 1 for at in range(count)])
    return body[:4]


def _write_registers(registers: Registers, body: bytes) -> bytes:
    first, count, size = struct.unpack(">HHB", body[:5])
    if size != 2 * count or len(body) != 5 + size:
        raise Exceptional(ILLEGAL_VALUE)
    _check(registers, Table.HOLDING, first, count, most=123)
    registers.write(Table.HOLDING, first, list(struct.unpack(f">{count}H", body[5:])))
    return body[:4]


def _mask(registers: Registers, body: bytes) -> bytes:
    address, keep, put = struct.unpack(">HHH", body)
    _check(registers, Table.HOLDING, address, 1, most=1)
    old = registers.tables[Table.HOLDING][address]
    registers.write(Table.HOLDING, address, [old & keep | put & ~keep & 0xFFFF])
    return body


def _read_write(registers: Registers, body: bytes) -> bytes:
    first, count, to, written, size = struct.unpack(">HHHHB", body[:9])
    if size != 2 * written or len(body) != 9 + size:
        raise Exceptional(ILLEGAL_VALUE)
    _check(registers, Table.HOLDING, to, written, most=121)
    _check(registers, Table.HOLDING, first, count, most=125)
    registers.write(Table.HOLDING, to, list(struct.unpack(f">{written}H", body[9:])))
    return _words(registers.read(Table.HOLDING, first, count))


def _bits(values: list[int]) -> bytes:
    packed = bytearray((len(values) + 7) // 8)
    for at, value in enumerate(values):
        packed[at // 8] |= value << at % 8
    return bytes([len(packed)]) + packed


def _words(values: list[int]) -> bytes:
    return bytes([2 * len(values)]) + struct.pack(f">{len(values)}H", *values)
