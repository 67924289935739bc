"""The plant as a configuration of the site: its assets, its sources and their tags, in a file that the gateway applies.

Written at every start, for ports are found then. Keys are those of floor.asset.Asset, floor.tag.Tag (without an id) and
of the configuration of each driver.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from hanmaru.floor.asset import Asset
from hanmaru.twin.devices.modbus.device import ModbusRtuDevice, ModbusTcpDevice
from hanmaru.twin.devices.modbus.registers import Point
from hanmaru.twin.devices.sparkplug.node import SparkplugNode
from hanmaru.twin.physics.sensor import Signal
from hanmaru.twin.plant import inbound, registers, signals
from hanmaru.twin.plant.devices import NODE, SITE, Devices
from hanmaru.twin.plant.goods import RACK

ASSETS: Final = (
    Asset("seongsu", "성수 공장", "Seongsu plant"),
    Asset("seongsu/surface", "표면처리", "Surface treatment"),
    Asset("seongsu/surface/anodizing", "아노다이징 라인", "Anodizing line"),
    Asset("seongsu/surface/anodizing/degrease", "탈지조", "Degreasing bath", "bath"),
    Asset("seongsu/surface/anodizing/anodize", "양극산화조", "Anodizing bath", "bath"),
    Asset("seongsu/surface/anodizing/dye", "염색조", "Dyeing bath", "bath"),
    Asset("seongsu/surface/anodizing/seal", "봉공조", "Sealing bath", "bath"),
    Asset("seongsu/surface/anodizing/quality", "색·두께 검사", "Colour and thickness inspection", "inspection"),
    Asset("seongsu/forming", "성형", "Forming"),
    Asset("seongsu/forming/press", "프레스 라인", "Press line"),
    Asset("seongsu/forming/press/press-1", "크랭크 프레스 1호기", "Crank press 1", "press"),
    Asset("seongsu/casting", "주조", "Casting"),
    Asset("seongsu/casting/low-pressure", "저압 주조 라인", "Low-pressure casting"),
    Asset("seongsu/casting/low-pressure/casting-1", "저압 주조기 1호기", "Low-pressure casting machine 1", "casting"),
    Asset("seongsu/casting/low-pressure/oven-1", "시효 처리로", "Ageing oven", "oven"),
    Asset("seongsu/machining", "가공", "Machining"),
    Asset("seongsu/machining/milling", "밀링 셀", "Milling cell"),
    Asset("seongsu/machining/milling/mill-1", "CNC 밀링 1호기", "CNC mill 1", "mill"),
    Asset("seongsu/warehouse", "창고", "Warehouse"),
    Asset("seongsu/warehouse/inbound", "입고", "Inbound"),
    Asset("seongsu/warehouse/inbound/conveyor-1", "입고 컨베이어", "Inbound conveyor", "conveyor"),
    Asset("seongsu/warehouse/inbound/scale-1", "입고 저울", "Inbound scale", "scale"),
    Asset("seongsu/warehouse/inbound/reader-1", "카드 리더", "Card reader", "reader"),
    Asset("seongsu/warehouse/inbound/printer-1", "라벨 프린터", "Label printer", "printer"),
    Asset("seongsu/warehouse/picking", "자동 피킹", "Automatic picking"),
    Asset("seongsu/warehouse/picking/gantry-1", "피킹 갠트리", "Picking gantry", "gantry"),
    Asset("seongsu/rooms", "작업 환경", "Rooms"),
    Asset("seongsu/rooms/air", "온습도", "Air"),
    Asset("seongsu/rooms/air/hall", "작업장", "Hall", "room"),
    Asset("seongsu/rooms/air/warehouse", "창고", "Warehouse", "room"),
)
# machine of the plant -> asset; the anodizing line's signals name their bath first
PLACES: Final = {
    "mill": "seongsu/machining/milling/mill-1",
    "press": "seongsu/forming/press/press-1",
    "casting": "seongsu/casting/low-pressure/casting-1",
    "conveyor": "seongsu/warehouse/inbound/conveyor-1",
    "room-hall": "seongsu/rooms/air/hall",
    "room-warehouse": "seongsu/rooms/air/warehouse",
}
FILE: Final = "seongsu.toml"
LINE: Final = "seongsu/surface/anodizing"
GANTRY: Final = (
    Signal("state", "상태", "State", "text"),
    Signal("x", "가로 위치 X", "Place, X", unit="mm"),
    Signal("y", "세로 위치 Y", "Place, Y", unit="mm"),
    Signal("z", "높이 Z", "Height, Z", unit="mm"),
    Signal("feed", "이송 속도", "Speed", unit="mm/min"),
    Signal("held", "물건 잡음", "A good is held", "flag"),
    Signal("homed", "원점 확인", "It knows where it is", "flag"),
    Signal("alarm", "경보 번호", "Number of the alarm", "integer"),
    Signal("program", "실행 중인 작업", "What runs", "text"),
)
SERIAL: Final = {  # source -> asset and what its device tells
    "scale": ("seongsu/warehouse/inbound/scale-1", signals.SCALE),
    "card-reader": ("seongsu/warehouse/inbound/reader-1", signals.CARD_READER),
    "label-printer": ("seongsu/warehouse/inbound/printer-1", signals.LABEL_PRINTER),
}
OVEN: Final = {  # column of its file -> what stands there
    "온도": Signal("temperature", "처리로 온도", "Oven temperature", unit="Cel"),
    "설정": Signal("setpoint", "설정 온도", "Wanted temperature", unit="Cel"),
    "출력": Signal("power", "히터 출력", "Heater power", unit="%"),
}
READER_SILENT: Final = 30.0  # seconds: its firmware says every ten that it lives
PRINTER_ASKED: Final = 5.0  # seconds between two questions how it is

Plain = dict[str, Any]


def write(devices: Devices, path: Path) -> None:
    """Write the file, whole or not at all."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(_lines(devices)) + "\n")  # for us alone: it may hold the broker's password
    fresh.replace(path)


def sources(devices: Devices) -> Iterator[tuple[str, str, Plain]]:
    """Answer (name, protocol, configuration) of every source whose device is there."""
    for name, server in devices.opcua.items():
        yield name, "opcua", {"url": server.url}
    press, casting = devices.modbus["press"], devices.modbus["casting"]
    if isinstance(press, ModbusTcpDevice) and isinstance(casting, ModbusRtuDevice):
        yield "press", "modbus", {"transport": "tcp", "host": press.host, "port": press.port}
        yield "casting", "modbus", {"transport": "rtu", "line": casting.path, "parity": "N", "stop_bits": 2}
    x, y, z = RACK.transfer
    cells = [{"code": code, "x": at[0], "y": at[1], "z": at[2]} for code, at in RACK.cells.items()]
    gantry = {"port": devices.gantry.path, "transfer_x": x, "transfer_y": y, "transfer_z": z, "held_pin": "P"}
    yield "gantry", "grbl", {**gantry, "cells": cells}
    if devices.node is not None:
        broker = devices.node.broker
        login = {"user": broker.user, "password": broker.password} if broker.user else {}
        yield "hall", "sparkplug", {"url": f"mqtt://{broker.host}:{broker.port}", "groups": [SITE], **login}
    yield "scale", "serial", {"port": devices.scale.path, "device": "scale", "ask": "Q"}
    yield "card-reader", "serial", {"port": devices.reader.path, "device": "rc522", "patience": READER_SILENT}
    yield "label-printer", "serial", {"port": devices.printer.path, "device": "printer", "every": PRINTER_ASKED}
    yield (
        "oven", "files",
        {"path": str(devices.oven.folder.resolve()), "mode": "drop", "delimiter": ";", "decimal": ",",
         "encoding": "cp949", "time_column": "시각", "time_format": "%Y-%m-%d %H:%M:%S"},
    )  # fmt: skip


def tags(devices: Devices) -> Iterator[Plain]:
    """Answer every tag of those sources, as the fields of floor.tag.Tag without its id."""
    for one in signals.ANODIZING:
        bath, _, name = one.name.partition("/")
        yield _tag(one, f"{LINE}/{bath}", name, "anodizing", devices.opcua["anodizing"].node_id(one.name))
    for one in signals.MILL:
        yield _tag(one, PLACES["mill"], one.name, "mill", devices.opcua["mill"].node_id(one.name))
    yield from _registers("press", registers.PRESS, signals.PRESS)
    yield from _registers("casting", registers.CASTING, signals.CASTING)
    for one in GANTRY:
        yield _tag(one, "seongsu/warehouse/picking/gantry-1", one.name, "gantry", one.name)
    if devices.node is not None:
        yield from _hall(devices.node)
    for source, (asset, told) in SERIAL.items():
        for one in told:
            yield _tag(one, asset, one.name, source, one.name)
    for column, one in OVEN.items():
        tag = _tag(one, "seongsu/casting/low-pressure/oven-1", one.name, "oven", column)
        yield {**tag, "sampling": inbound.OVEN}


def _hall(node: SparkplugNode) -> Iterator[Plain]:
    for device, told in node.devices.items():
        of = {"conveyor": signals.CONVEYOR}.get(device, signals.ROOM)
        for one in of:
            if one.name in told:
                yield _tag(one, PLACES[device], one.name, "hall", f"{SITE}/{NODE}/{device}/{one.name}")


def _registers(name: str, points: Sequence[Point], told: Sequence[Signal]) -> Iterator[Plain]:
    known = {one.name: one for one in told}
    for point in points:
        tag = _tag(known[point.name], PLACES[name], point.name, name, register_address(point))
        yield {**tag, "sampling": 1.0}


def register_address(point: Point, unit: int = 1) -> str:
    """Answer where a Modbus driver finds a point: unit/table/address/type and how it lies."""
    address = f"{unit}/{point.table}/{point.address}"
    if point.kind == "flag":
        return address
    options = {"order": "cdab"} if point.low_word_first else {}
    if point.scale != 1:
        options["scale"] = f"{point.scale:g}"
    return f"{address}/{point.kind}" + ("?" if options else "") + "&".join(f"{k}={v}" for k, v in options.items())


def _tag(signal: Signal, asset: str, name: str, source: str, address: str) -> Plain:
    return {
        "asset": asset, "name": name, "type": signal.type, "source": source, "address": address, "unit": signal.unit,
        "sampling": 0.0, "description": f"{signal.korean} / {signal.english}", "writable": signal.writable,
    }  # fmt: skip


def _lines(devices: Devices) -> Iterator[str]:
    yield f"site = {_value(SITE)}"
    for asset in ASSETS:
        plain = {"path": asset.path, "name": asset.name, "name_en": asset.name_en, "kind": asset.kind}
        yield from _table("[[assets]]", plain)
    for name, protocol, config in sources(devices):
        yield from _table("[[sources]]", {"name": name, "protocol": protocol})
        yield from _table("[sources.config]", config)
    for tag in tags(devices):
        yield from _table("[[tags]]", tag)


def _table(heading: str, plain: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield heading
    for key, value in plain.items():
        yield f"{key} = {_value(value)}"


def _value(value: Any) -> str:
    """Write a value as TOML: a JSON text, number or flag is one; a table within a list has = for :."""
    if isinstance(value, list):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_value(one)}' for key, one in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)
