"""Ports for services are not those that the system gives to connections going out."""

import socket
from pathlib import Path

import pytest

from hanmaru.launch import ports
from hanmaru.launch.ports import QUIET, free_port

GIVEN_OUT = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_a_free_port_is_none_that_goes_to_a_connection() -> None:
    found = free_port()
    assert found in QUIET
    with socket.create_server(("127.0.0.1", found)):
        pass


@pytest.mark.skipif(not GIVEN_OUT.exists(), reason="only Linux says which ports it gives out")
def test_this_system_gives_out_others() -> None:
    first, last = map(int, GIVEN_OUT.read_text().split())
    if (first, last) != (32_768, 60_999):
        pytest.skip("somebody has set other ports for this machine")
    assert QUIET.stop <= first


def test_where_all_of_them_are_taken_the_system_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(ports, "QUIET", range(port, port + 1))
        monkeypatch.setattr(ports, "TRIES", 1)
        assert free_port() != port


def test_an_address_that_is_not_ours_is_told() -> None:
    with pytest.raises(OSError, match="assign"):
        free_port("203.0.113.1")
