"""Addresses and register maps are taken strictly: what is wrong is named by line and column."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hanmaru.floor.shapes import WrongShape
from hanmaru.gateway.drivers import from_url, make
from hanmaru.gateway.drivers.modbus.faults import FAULTS, fault_of
from hanmaru.gateway.drivers.modbus.points import Book, Point, point_of, points_of


@given(
    some.builds(
        Point,
        some.integers(0, 255),
        some.sampled_from(["input", "holding"]),
        some.integers(0, 60_000),
        some.sampled_from(["int16", "uint32", "float64", "string"]),
        order=some.sampled_from(["abcd", "cdab", "badc", "dcba"]),
        scale=some.floats(0.001, 1000),
        offset=some.floats(-1000, 1000),
        length=some.integers(1, 250),
    )
)
def test_an_address_says_all_that_a_point_is(point: Point) -> None:
    assert point_of(point.literal) == point


def test_a_map_is_read_from_csv_as_a_spreadsheet_saves_it() -> None:
    text = (
        "\ufeff# the pump\nunit;table;address;type;name;scale;bit;writable\n"
        "1;holding;100;int16;temperature;0.1;;\n1;holding;0x65;uint16;running;;3;yes\n2;coil;7;;valve;;;1\n"
    )
    temperature, running, valve = points_of(text)
    assert (temperature.scale, temperature.tag_type, temperature.writable) == (0.1, "number", False)
    assert (running.address, running.bit, running.tag_type, running.writable) == (101, 3, "flag", True)
    assert (valve.type, valve.tag_type, valve.unit) == ("bit", "flag", 2)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "empty"),
        ("unit,tabel\n1,coil\n", "column tabel"),
        ("unit,table,address\n1,coil,x\n", "line 2.address"),
        ("unit,table,address\n1,coil,1\n1,tape,2\n", "line 3.table"),
        ("unit,table,address\n1,coil,70000\n", "line 2.address"),
        ("unit,table,address,type\n1,coil,1,uint16\n", "type bit"),
        ("unit,table,address\n1,coil,1,extra\n", "more cells"),
        ("unit,table,address,type\n1,holding,65535,uint32\n", "last address"),
        ("unit,table,address,writable\n1,input,1,1\n", "can be set"),
        ("unit,table,address,bit\n1,holding,1,16\n", "beyond the value"),
    ],
)
def test_a_wrong_map_names_line_and_column(text: str, named: str) -> None:
    with pytest.raises(WrongShape, match=named):
        points_of(text)


@pytest.mark.parametrize(
    "address", ["", "1/holding", "1/holding/x/uint16", "1/holding/1/uint16?colour=red", "x/y/z/w/v"]
)
def test_an_address_that_is_none_says_what_one_looks_like(address: str) -> None:
    with pytest.raises(WrongShape):
        point_of(address)


def test_two_registers_may_not_have_one_name() -> None:
    with pytest.raises(WrongShape, match="this name"):
        Book([Point(1, "coil", 1, "bit", name="a"), Point(1, "coil", 2, "bit", name="a")])


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("modbus://plc:5020", {"transport": "tcp", "host": "plc", "port": 5020}),
        (
            "modbus+rtu:///dev/ttyUSB0?baud=9600&parity=n",
            {"transport": "rtu", "line": "/dev/ttyUSB0", "baud": 9600, "parity": "N"},
        ),
        ("modbus+rtu-tcp://gate:4001", {"transport": "rtu-over-tcp", "host": "gate", "port": 4001}),
    ],
)
def test_an_address_chooses_the_transport(url: str, wanted: dict[str, object]) -> None:
    name, config = from_url(url)
    assert name == "modbus"
    assert wanted.items() <= config.items()
    make(name, config)


def test_every_exception_code_has_words_and_a_remedy() -> None:
    for code in range(1, 12):
        assert FAULTS[code].words
        assert FAULTS[code].remedy
    assert "77" in fault_of(77).words
