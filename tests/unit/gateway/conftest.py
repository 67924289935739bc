"""A warehouse to connect to, a serial line to type on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plain_english import plain_english
from tests.unit.gateway.cards import Cable
from tests.unit.gateway.warehouse import Warehouse

__all__ = ["plain_english"]


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    with Warehouse() as opened:
        yield opened


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    made = Cable(tmp_path / "ttyUSB0")
    made.plug()
    yield made
    made.pull()
