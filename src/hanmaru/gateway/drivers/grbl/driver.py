"""The driver of a GRBL gantry: reads where it stands and lets it fetch and store."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final

from hanmaru.floor.command import Command, Outcome
from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import Reading, batch_of
from hanmaru.floor.tag import Tag
from hanmaru.floor.words import Sentence, foreign, of_error, sentence
from hanmaru.gateway.contract import Health, Node, Sink
from hanmaru.gateway.drivers.grbl import points, programs
from hanmaru.gateway.drivers.grbl.config import GrblConfig
from hanmaru.gateway.drivers.grbl.machine import Machine
from hanmaru.gateway.drivers.grbl.operator import Operator
from hanmaru.gateway.errors import Retry
from hanmaru.gateway.fit import fit

SIGN_OF_LIFE: Final = timedelta(seconds=60)  # a value that stays is told this often


STATES: Final = {
    "Idle": sentence("at rest"),
    "Run": sentence("moving"),
    "Hold": sentence("held"),
    "Jog": sentence("moved by hand"),
    "Alarm": sentence("alarm: it moves no more until it is released"),
    "Door": sentence("its door is open"),
    "Check": sentence("only checks programs"),
    "Home": sentence("looking for its zero"),
    "Sleep": sentence("asleep"),
}
"""What the machine says that it does, in words. Source: GRBL v1.1, "Interface", machine state."""


class GrblDriver:
    """One gantry on one serial line."""

    protocol: ClassVar[str] = "grbl"
    config: ClassVar[type[GrblConfig]] = GrblConfig

    def __init__(self, config: GrblConfig, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._config, self._now = config, now
        self._machine = Machine(config, self._event, self._seen)
        self._operator = Operator(self._machine, config, {}, now)
        self._sink: Sink | None = None
        self._tags: Sequence[Tag] = ()
        self._told: dict[int, tuple[object, datetime]] = {}
        self._missing: dict[int, str] = {}

    async def connect(self) -> None:
        """Open the line, wake the machine, compare its settings. Raise Retry, Reconfigure."""
        await self.close()
        cells = programs.cells_of(self._config)
        self._machine = Machine(self._config, self._event, self._seen)
        self._operator = Operator(self._machine, self._config, cells, self._now)
        try:
            await self._machine.open()
        except BaseException:
            await self._machine.close()
            raise

    async def browse(self, address: str = "") -> Sequence[Node]:
        """Answer what can be read, and the settings."""
        return points.nodes(address, self._machine, self._operator, self._config)

    async def run(self, tags: Sequence[Tag], sink: Sink) -> None:
        """Tell what changes until cancelled or the line goes. Raise Retry."""
        self._sink, self._tags = sink, tags
        self._told.clear()
        self._missing.clear()
        try:
            self._seen()
            await self._machine.until(lambda: False, None)
        finally:
            self._sink, self._tags = None, ()

    async def write(self, command: Command, tag: Tag | None) -> Outcome:
        """Run a program or set a setting; see `operator`."""
        return await self._operator.carry_out(command, tag)

    def health(self) -> Health:
        """Answer how it fares."""
        machine = self._machine
        state, program = machine.status.state, self._operator.program
        doing = STATES.get(state.partition(":")[0]) or foreign(state)
        detail = sentence("%(state)s: %(program)s", state=doing, program=program) if program else doing
        return Health(
            connected=machine.is_open,
            detail=of_error(machine.broken) if machine.broken else detail,
            missing=dict(self._missing),
            extra={"starts": machine.greetings, "alarm": machine.alarm, "homed": float(machine.homed)},
        )

    async def close(self) -> None:
        """Bring a running program to a stand and let go of the line."""
        self._operator.let_go()
        with suppress(Retry):
            await self._machine.close()

    def _event(self, kind: str, words: Sentence) -> None:
        if self._sink is not None:
            self._sink.event(kind, words)

    def _seen(self) -> None:
        """Tell the tags whose value has changed."""
        if self._sink is None or self._machine.broken:
            return
        now = self._now()
        rows = [row for tag in self._tags if (row := self._reading(tag, now)) is not None]
        if rows:
            self._sink.readings(batch_of(rows))

    def _reading(self, tag: Tag, now: datetime) -> Reading | None:
        told = points.value_of(tag.address, self._machine, self._operator, self._config)
        if told is None:
            self._missing[tag.id] = sentence("the machine has nothing called %(address)s", address=tag.address)
            told = (None, Quality.BAD_NODE_UNKNOWN)
        value, quality = told
        before, at = self._told.get(tag.id, (None, None))
        if before == told and at is not None and (value is None or now - at < SIGN_OF_LIFE):
            return None
        self._told[tag.id] = (told, now)
        fitted = fit(tag, value, quality)
        return Reading(tag.id, now, now, fitted.number, fitted.text, fitted.quality)
