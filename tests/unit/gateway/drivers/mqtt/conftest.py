"""Brokers for the MQTT driver."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.brokers import Broker


@pytest.fixture(params=["mosquitto", "nats"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    made = Broker(request.param, tmp_path / "broker").start()
    yield made
    made.go_on()
    made.stop()
