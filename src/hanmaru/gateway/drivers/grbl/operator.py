"""Who carries out commands at a gantry: one program at a time, and what stops it at once.

Programs: `home`, `unlock`, `fetch CELL`, `store CELL`, `jog AXIS DISTANCE [FEED]`; at any time `hold`, `resume`,
`jog-cancel` and `stop`, the emergency stop, which overtakes whatever is in the buffer.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final

from hanmaru.floor.command import Command, Outcome, Result
from hanmaru.floor.tag import Tag
from hanmaru.gateway.drivers.grbl import codes, programs
from hanmaru.gateway.drivers.grbl.config import Cell, GrblConfig
from hanmaru.gateway.drivers.grbl.machine import CANCEL_JOG, HOLD, RESET, RESUME, Machine
from hanmaru.gateway.drivers.grbl.streaming import Lost
from hanmaru.gateway.errors import Retry
from hanmaru.kernel.errors import Refused

AT_ONCE: Final = {"hold": HOLD, "resume": RESUME, "jog-cancel": CANCEL_JOG, "stop": RESET}
PROGRAMS: Final = ("home", "unlock", "fetch", "store", "jog", *AT_ONCE)
WAITING: Final = frozenset({"Hold", "Door"})  # it waits for a person: this time does not count
_SETTLE: Final = 3.0
_LOOK: Final = 0.5


class NotNow(Refused):
    """The state of the machine does not allow it."""

    code = "gateway.grbl_not_now"
    message = "%(why)s. %(remedy)s"


class WentWrong(Refused):
    """It was begun and did not end as it should."""

    code = "gateway.grbl_failed"
    message = "%(why)s"


class Operator:
    """Stands at one machine, for as long as its line is open."""

    def __init__(
        self, machine: Machine, config: GrblConfig, cells: Mapping[str, Cell], now: Callable[[], datetime]
    ) -> None:
        self._machine, self._config, self._cells, self._now = machine, config, cells, now
        self._stopped = False
        self.program = ""  # what runs

    async def carry_out(self, command: Command, tag: Tag | None) -> Outcome:
        """Do what the command says; every end is an outcome."""
        name = command.program or ""
        try:
            if name in AT_ONCE:
                return self._ended(command, "done", await self._at_once(name))
            work = self._work(command, tag)
            if self.program:
                raise NotNow(why=f"{self.program} is running", remedy="Wait for its end, or stop it")
            self.program = " ".join((name or "setting", *command.arguments))[:60]
            self._stopped, self._machine.last_alarm = False, 0
            try:
                return await self._guarded(command, work)
            except asyncio.CancelledError:
                self.let_go()
                raise
            finally:
                self.program = ""
        except Refused as error:
            return self._ended(command, "refused", str(error))
        except Retry as error:
            return self._ended(command, "failed", str(error))

    def let_go(self) -> None:
        """Bring a running program to a stand when nobody will watch it any more."""
        if self.program and self._machine.is_open:
            with suppress(Retry):
                self._machine.at_once(HOLD)

    def _work(self, command: Command, tag: Tag | None) -> Callable[[], Awaitable[float | None]]:
        """Answer what to do. Raise NotNow for what nobody here can do."""
        arguments = command.arguments
        match command.program:
            case "home" | "unlock" if not arguments:
                return self._home if command.program == "home" else self._unlock
            case "fetch" | "store" if len(arguments) == 1:
                return lambda: self._serve(str(command.program), arguments[0])
            case "jog" if len(arguments) in {2, 3}:
                return lambda: self._jog(*arguments)
            case None if tag is not None and tag.address.startswith("$") and tag.address[1:].isdigit():
                return lambda: self._set(int(tag.address[1:]), command.number)
        remedy = f"There are the programs {', '.join(PROGRAMS)}, and settings such as $110 may be set"
        raise NotNow(why="The machine cannot do this", remedy=remedy)

    async def _guarded(self, command: Command, work: Callable[[], Awaitable[float | None]]) -> Outcome:
        """Do it and tell apart what was refused, what failed and what nobody knows."""
        machine = self._machine
        try:
            return self._ended(command, "done", read_back=await work())
        except WentWrong as error:
            return self._ended(command, "failed", str(error))
        except (Lost, Retry) as error:
            if self._stopped:
                return self._ended(command, "failed", "Stopped by command. Home the machine")
            if machine.last_alarm:
                return self._ended(command, "failed", str(codes.alarm(machine.last_alarm)))
            why = str(error) if isinstance(error, Retry) else str(machine.broken or "The machine has started anew")
            words = f"{why}. Nobody knows how far it came: look at the machine, then home it"
            return self._ended(command, "unknown", words)
        except TimeoutError:
            machine.homed = False
            words = "The machine did not come to its end in time. Look at it, then home it"
            return self._ended(command, "unknown", words)

    async def _at_once(self, name: str) -> str:
        machine = self._machine
        if name == "stop":
            self._stopped = True
            await self._forget_all()
            machine.homed = machine.trusted = False
            return "Stopped. Home the machine before the next program"
        if name == "resume":
            await self._until_it_can_go_on()
        machine.at_once(AT_ONCE[name])
        return ""

    async def _until_it_can_go_on(self) -> None:
        """Wait until it stands: a resume that comes while it still brakes is passed over (interface.md, Hold:1)."""
        machine = self._machine
        try:
            await machine.until(lambda: machine.status.state not in WAITING or not machine.status.substate, _SETTLE)
        except TimeoutError as error:
            raise NotNow(why="The machine cannot go on yet", remedy="Close the safety door and resume") from error

    async def _home(self) -> None:
        machine, loop = self._machine, asyncio.get_running_loop()
        if machine.status.state in {"Hold", "Sleep"}:  # left by a program that nobody watches any more
            await self._forget_all()
        machine.quiet_until = loop.time() + self._config.home_seconds
        try:
            error = await machine.ask("$H", self._config.home_seconds)
        finally:
            machine.quiet_until = loop.time()
        if error:
            raise codes.error(error)
        await self._idle()
        machine.homed = machine.trusted = True

    async def _unlock(self) -> None:
        if error := await self._machine.ask("$X", _SETTLE):
            raise codes.error(error)
        await self._idle()

    async def _serve(self, name: str, code: str) -> None:
        machine, config = self._machine, self._config
        self._must_be_ready()
        program = programs.make(
            name, programs.pick(self._cells, code), config, machine.place or (0.0, 0.0, 0.0), machine.travel
        )
        machine.pins_seen.clear()
        await self._stream(program.lines)
        await self._stands_at(program.end)
        if config.held_pin and config.held_pin not in machine.pins_seen:
            raise WentWrong(why=f"Nothing was held at any time: cell {code} or the transfer point was empty")

    async def _jog(self, axis: str, distance: str, feed: str = "") -> None:
        machine, place = self._machine, self._machine.place
        self._must_be_ready()
        try:
            step, speed = float(distance), float(feed or self._config.feed)
        except ValueError:
            step = speed = math.nan
        if axis not in {"X", "Y", "Z"} or not math.isfinite(step) or not 0 < speed < math.inf or place is None:
            raise NotNow(why="A jog is an axis, a distance in mm and a speed", remedy="Such as X 10 1000")
        wanted = list(place)
        wanted["XYZ".index(axis)] += step
        programs.check(axis, wanted["XYZ".index(axis)], machine.travel)
        if error := await machine.ask(f"$J=G91 G21 {axis}{step:.3f} F{speed:.0f}", _SETTLE):
            raise codes.error(error)
        await self._idle(self._config.program_seconds)
        await self._stands_at((wanted[0], wanted[1], wanted[2]))

    async def _set(self, number: int, value: float | None) -> float | None:
        machine = self._machine
        if value is None or not math.isfinite(value):
            raise NotNow(why="A setting is a number", remedy="Give one")
        if machine.status.state not in {"Idle", "Alarm"}:
            raise NotNow(why="The machine is busy", remedy="Settings change only while it stands")
        written = f"{value:.3f}".rstrip("0").rstrip(".")
        if error := await machine.ask(f"${number}={written}", _SETTLE):
            raise codes.error(error)
        held = await machine.read_setting(number)
        if held is None or abs(held - value) > 0.0005:
            raise WentWrong(why=f"The machine was told ${number}={written} and holds {held}")
        return held

    def _must_be_ready(self) -> None:
        machine = self._machine
        if machine.alarm or machine.status.state == "Alarm":
            remedy = "Look at the machine, then home it"
            raise NotNow(why=str(codes.alarm(machine.alarm)) if machine.alarm else "It is locked", remedy=remedy)
        if machine.status.state != "Idle":
            raise NotNow(why=f"The machine is in the state {machine.status.state}", remedy="Wait, resume or stop it")
        if not machine.homed:
            raise NotNow(why="The machine does not know where it is", remedy="Home it first")

    async def _stream(self, lines: tuple[str, ...]) -> None:
        """Send lines as fast as the buffer takes them, until the machine has answered all. Brake at the first error."""
        machine = self._machine
        sending = asyncio.create_task(self._send(lines))
        sending.add_done_callback(lambda _: machine.poke())
        spent, loop = 0.0, asyncio.get_running_loop()
        try:
            while not sending.done():
                begun = loop.time()
                with suppress(TimeoutError):
                    await machine.until(lambda: sending.done() or bool(machine.alarm), _LOOK)
                if machine.alarm:
                    raise WentWrong(why=str(codes.alarm(machine.alarm)))
                spent += 0.0 if machine.status.state in WAITING else loop.time() - begun
                if spent > self._config.program_seconds:
                    await self._brake()
                    raise TimeoutError
            if error := sending.result():
                await self._brake()
                raise WentWrong(why=str(codes.error(error)))
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send(self, lines: tuple[str, ...]) -> int:
        answers = []
        for line in lines:
            answers.append(await self._machine.send(line))
            refused = next((one for one in answers if one.done() and (one.exception() or one.result())), None)
            if refused is not None:
                return refused.result()
        for answer in answers:
            if error := await answer:
                return error
        return 0

    async def _brake(self) -> None:
        """Come to a stand without losing steps, then forget what is in the buffer."""
        machine = self._machine
        with suppress(TimeoutError):
            machine.at_once(HOLD)
            await machine.until(lambda: machine.status.state in {"Hold", "Idle"} and not machine.status.substate, 5)
        await self._forget_all()

    async def _forget_all(self) -> None:
        """Reset the controller: what waits in its buffer is gone."""
        machine, started = self._machine, self._machine.greetings
        machine.at_once(RESET)
        with suppress(TimeoutError):
            await machine.until(lambda: machine.greetings > started, _SETTLE)

    async def _idle(self, seconds: float = _SETTLE) -> None:
        """Wait for two reports in which it stands idle: the first may be older than the last line."""
        machine, seen = self._machine, self._machine.reports
        await machine.until(lambda: machine.reports >= seen + 2 and machine.status.state in {"Idle", "Alarm"}, seconds)
        if machine.status.state == "Alarm":
            raise WentWrong(why=str(codes.alarm(machine.alarm)) if machine.alarm else "The machine is locked")

    async def _stands_at(self, wanted: tuple[float, float, float]) -> None:
        """Make sure that it is idle at the place where it should be."""
        await self._idle()
        place = self._machine.place or (math.nan,) * 3
        if not math.dist(place, wanted) <= self._config.tolerance:
            at = ", ".join(f"{one:g}" for one in place)
            due = ", ".join(f"{one:g}" for one in wanted)
            raise WentWrong(why=f"The machine stands at {at} and should stand at {due}")

    def _ended(self, command: Command, result: Result, reason: str = "", read_back: float | None = None) -> Outcome:
        return Outcome(command.id, result, self._now(), reason[:500], read_back)
