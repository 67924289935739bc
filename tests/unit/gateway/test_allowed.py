"""Which files and ports of the machine a configuration may name."""

from pathlib import Path

import pytest

from hanmaru.floor.shapes import WrongShape
from hanmaru.gateway import allowed
from hanmaru.gateway.allowed import PlaceNotAllowed
from hanmaru.gateway.drivers import load, make, names


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    for name, value in allowed.variable([folder]).items():
        monkeypatch.setenv(name, value)
    return folder


def test_a_file_inside_is_allowed_and_one_outside_is_refused_with_the_remedy(shared: Path, tmp_path: Path) -> None:
    make("files", {"path": str(shared / "line" / "a.csv")})
    (shared / "way-out").symlink_to(tmp_path)
    for path in ("/etc/passwd", str(shared / ".." / "other.csv"), str(shared / "way-out" / "x.csv"), f"{shared}-2/x"):
        with pytest.raises(PlaceNotAllowed, match="HANMARU_GATEWAY_FOLDERS") as refused:
            make("files", {"path": path})
        assert str(shared) in str(refused.value)


@pytest.mark.parametrize("pattern", ["../*", "/etc/*", "a/../../*"])
def test_a_pattern_stays_in_its_folder(shared: Path, pattern: str) -> None:
    with pytest.raises(WrongShape, match="pattern"):
        make("files", {"path": str(shared), "mode": "drop", "pattern": pattern})


@pytest.mark.parametrize(
    ("name", "config", "field"),
    [
        ("modbus", {"host": "plc", "map_file": "/etc/shadow"}, "map_file"),
        ("modbus", {"transport": "rtu", "line": "/etc/passwd"}, "line"),
        ("grbl", {"port": "/dev/ttyUSB0", "cells_file": "/etc/passwd"}, "cells_file"),
        ("serial", {"port": "/proc/self/mem"}, "port"),
        ("serial", {"port": "/dev/../etc/passwd"}, "port"),
        ("mqtt", {"url": "mqtts://b:8883", "topics": [{"pattern": "a"}], "key_file": "/root/key.pem"}, "key_file"),
    ],
)
def test_other_drivers_open_nothing_else_either(shared: Path, name: str, config: dict[str, object], field: str) -> None:
    with pytest.raises(PlaceNotAllowed, match=f"config.{field}"):
        make(name, config)


def test_serial_ports_and_sockets_are_allowed(shared: Path) -> None:
    make("serial", {"port": "/dev/ttyUSB0"})
    make("grbl", {"port": "socket://127.0.0.1:1", "cells_file": str(shared / "cells.csv")})


def test_a_link_to_a_port_is_one(shared: Path) -> None:
    (shared / "scale").symlink_to("/dev/pts/7")
    make("serial", {"port": str(shared / "scale")})


def test_a_person_at_the_command_line_is_limited_by_nothing_but_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(allowed.VARIABLE, raising=False)
    make("files", {"path": "/etc/hostname"})


def test_every_field_that_looks_like_a_path_says_what_it_opens() -> None:
    """A driver that is added must not forget it."""
    forgotten = [
        f"{name}.{field}"
        for name in names()
        for field, declared in load(name).config.__dataclass_fields__.items()
        if (field == "path" or field.endswith(("_file", "_folder"))) and not declared.metadata.get("opens")
    ]
    assert forgotten == []
