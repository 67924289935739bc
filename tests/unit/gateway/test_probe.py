"""Looking through a device that has very much."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from hanmaru.gateway import probe
from hanmaru.gateway.contract import Node
from hanmaru.gateway.probe import Look, browsed


class Large:
    """A device with folders of points, ten in each."""

    async def browse(self, address: str = "") -> Sequence[Node]:
        if address:
            return [Node(f"{address}.{n}", f"Point {n} of {address}", "point") for n in range(10)]
        return [Node(f"f{n}", f"Folder {n}", "folder") for n in range(5)]


def look(monkeypatch: pytest.MonkeyPatch, **asked: Any) -> tuple[list[str], bool]:
    monkeypatch.setattr(probe, "MOST_NODES", 12)
    found = asyncio.run(browsed(Large(), Look.asked(asked)))  # type: ignore[arg-type]
    return [node["address"] for node in found["nodes"]], found["more"]


def test_part_after_part_brings_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[str] = []
    while True:
        part, more = look(monkeypatch, depth=2, first=len(got))
        got += part
        if not more:
            break
    assert len(got) == len(set(got)) == 55
    assert got[:6] == ["f0", "f1", "f2", "f3", "f4", "f0.0"]


def test_only_points_that_hold_every_word_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(monkeypatch, depth=2, find=" POINT  f3 ") == ([f"f3.{n}" for n in range(10)], False)
    assert look(monkeypatch, depth=2, find="folder") == ([], False)
    assert look(monkeypatch, depth=1, find="point") == ([], False)


def test_exactly_as_many_as_fit_are_not_said_to_be_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "MOST_NODES", 5)
    found = asyncio.run(browsed(Large(), Look()))  # type: ignore[arg-type]
    assert (len(found["nodes"]), found["more"]) == (5, False)
