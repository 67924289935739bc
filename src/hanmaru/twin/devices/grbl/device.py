"""A GRBL machine on a serial port: the controller, its gantry and the cable."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from hanmaru.twin.clock import VirtualClock
from hanmaru.twin.devices.grbl.gantry import Gantry
from hanmaru.twin.devices.grbl.machine import Grbl
from hanmaru.twin.devices.grbl.motion import Vector
from hanmaru.twin.devices.grbl.settings import Settings
from hanmaru.twin.devices.pty import Cable

TICK: Final = 0.005  # real seconds between two looks at a machine that moves


class GrblDevice:
    """`async with GrblDevice() as machine:` gives `machine.path`, a serial port (any baud rate).

    `resets_on_open`: opening the port boots the controller, as the DTR line of an Arduino does. `cells` and `contents`
    say what stands in the rack, `transfer` where goods are handed over; `machine.gantry` is the truth to compare with.
    Faults: `power_off()` and `power_on()`, `pull()` and `plug()` of the cable, `hung`, `gantry.broken_switches`,
    `gantry.push(...)`.
    """

    def __init__(
        self,
        *,
        cells: Mapping[str, Vector] | None = None,
        contents: Mapping[str, str] | None = None,
        settings: Settings | None = None,
        clock: VirtualClock | None = None,
        resets_on_open: bool = True,
        seed: int = 1,
        link: Path | None = None,
        transfer: Vector | None = None,
    ) -> None:
        """Stand with power on and the cable not yet plugged."""
        settings = settings or Settings()
        self.clock = clock or VirtualClock()
        self.gantry = Gantry(settings.three(130), cells, contents, seed, transfer)
        self.hung = False  # the controller neither hears nor moves
        self._resets_on_open = resets_on_open
        self._cable = Cable(self._received, self._opened, link)
        self.controller = Grbl(self._say, self.gantry, settings)
        self._seen = 0.0
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def path(self) -> str:
        """Answer the path of the serial port."""
        return self._cable.path

    async def __aenter__(self) -> Self:
        self._seen = self.clock.seconds()
        self._cable.plug()
        self.controller.power_on()
        self._task = asyncio.create_task(self._live())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._cable.close()

    def power_off(self) -> None:
        """Cut the power in whatever it is doing; the port stays, for the computer feeds its chip."""
        self._advance()
        self.controller.power_off()

    def power_on(self) -> None:
        """Give power again: it boots and does not know where it is."""
        self._advance()
        self.controller.power_on()
        self._wake.set()

    def pull(self) -> None:
        """Pull the cable; the machine goes on with what it has."""
        self._cable.pull()

    def plug(self) -> None:
        """Plug the cable in again."""
        self._cable.plug()

    def _say(self, data: bytes) -> None:
        if not self.hung:
            self._cable.send(data)

    def _opened(self) -> None:
        if self._resets_on_open and self.controller.powered and not self.hung:
            self._advance()
            self.controller.power_off()
            self.controller.power_on()

    def _received(self, data: bytes) -> None:
        if self.hung:
            return
        self._advance()
        self.controller.receive(data)
        self._wake.set()

    def _advance(self) -> None:
        now = self.clock.seconds()
        if not self.hung:
            self.controller.advance(now - self._seen)
        self._seen = now

    async def _live(self) -> None:
        while True:
            self._advance()
            if self.controller.is_busy():
                await asyncio.sleep(TICK)
            else:
                self._wake.clear()
                await self._wake.wait()
