"""Driver instances killed at random while a machine counts: nothing missing, nothing doubled, in order."""

import asyncio
import os
import random
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from hanmaru.gateway import heart, supervised
from tests.gateway_floor import Floor, Machine, floor, own_bus


@pytest.fixture
def bus_url(tmp_path: Path) -> Iterator[str]:
    with own_bus(tmp_path / "nats") as url:
        yield url


async def count(machine: Machine, until: asyncio.Event) -> None:
    """Let the machine write ten numbers every twenty milliseconds."""
    while not until.is_set():
        machine.write(10)
        await asyncio.sleep(0.02)


async def kill_at_random(made: Floor, name: str, kills: int, chance: random.Random) -> None:
    """Kill an instance with SIGKILL, each time a random while after it has begun to read."""
    for _kill in range(kills):
        one = made.host.instances[name]
        before = len(made.found.get(1, ()))
        await made.until(lambda before=before: len(made.found.get(1, ())) > before)
        await asyncio.sleep(chance.uniform(0, 0.3))
        pid, starts = one.pid, one.starts
        if pid:
            os.kill(pid, signal.SIGKILL)
        await made.until(lambda one=one, starts=starts: one.starts > starts)


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=[pytest.mark.long, pytest.mark.timeout(900)])])
def test_killed_at_random_while_a_machine_counts(
    tmp_path: Path, bus_url: str, monkeypatch: pytest.MonkeyPatch, kills: int
) -> None:
    monkeypatch.setattr(supervised, "LONGEST_PAUSE", 0.5)  # fifty kills are no fifty faults

    async def work() -> None:
        async with floor(tmp_path, bus_url) as made:
            machine, done = made.machine("press"), asyncio.Event()
            await made.store("press", machine)
            counting = asyncio.create_task(count(machine, done))
            await kill_at_random(made, "press", kills, random.Random(7))  # noqa: S311 - repeatable
            done.set()
            await counting
            await made.until(lambda: len(made.found[1]) >= machine.count)
            assert made.found[1] == [float(number) for number in range(1, machine.count + 1)]
            assert made.host.instances["press"].starts == kills + 1

    asyncio.run(work())


def test_an_instance_that_stands_still_does_not_delay_another(
    tmp_path: Path, bus_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heart, "watch", partial(heart.watch, hung_after=600.0))  # nobody starts it again meanwhile

    async def work() -> None:
        async with floor(tmp_path, bus_url) as made:
            still, other = made.machine("still"), made.machine("other")
            await made.store("still", still)
            await made.store("other", other)
            other.write(1)
            await made.until(lambda: made.found.get(2) == [1.0])
            pid = made.host.instances["still"].pid
            assert pid
            os.kill(pid, signal.SIGSTOP)
            try:
                for number in range(2, 32):
                    other.write(1)
                    await made.until(lambda number=number: made.found[2][-1] == number)
                assert made.host.instances["still"].pid == pid, "it stood still all the time"
            finally:
                os.kill(pid, signal.SIGCONT)
            assert made.host.instances["other"].starts == 1

    asyncio.run(work())
