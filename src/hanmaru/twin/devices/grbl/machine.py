"""The controller as seen through its serial line: lines in, `ok` and `error:n` out, single bytes that act at once.

Source: grbl 1.1, doc/markdown/interface.md, protocol.c, system.c, report.c. It has no clock and no line of its own:
bytes and seconds are handed in, so that tests run it at any speed.
"""

from collections.abc import Callable, Iterator
from typing import Final

from hanmaru.twin.devices.grbl.gantry import Gantry
from hanmaru.twin.devices.grbl.gcode import Refused, clean, parse
from hanmaru.twin.devices.grbl.homing import NotFound, cycle
from hanmaru.twin.devices.grbl.interpreter import Interpreter, SoftLimit, Wait
from hanmaru.twin.devices.grbl.motion import TINY, Motion
from hanmaru.twin.devices.grbl.report import WELCOME, Reporter
from hanmaru.twin.devices.grbl.settings import Settings

RX: Final = 128  # bytes of the receive buffer
LINE: Final = 80  # characters of a line
SUSPENDED: Final = {"Hold", "Door", "Sleep"}  # no line is worked on
UNLOCK: Final = "[MSG:'$H'|'$X' to unlock]"


class Grbl:
    """One controller with its gantry. `send` gets what it prints."""

    def __init__(self, send: Callable[[bytes], None], gantry: Gantry, settings: Settings | None = None) -> None:
        """Stand without power; `power_on` boots it."""
        self._send = send
        self.gantry = gantry
        self.settings = settings or Settings()
        self.motion = Motion()
        self.program = Interpreter(self.settings, self.motion, gantry)
        self.reporter = Reporter(self)
        self.powered = False
        self.state = "Alarm"  # Idle Run Hold Jog Home Alarm Check Door Sleep
        self.locked = False  # after a limit alarm nothing but a reset helps
        self.overrun = 0  # bytes lost because the buffer was full
        self._rx = bytearray()
        self._job: Iterator[Wait] | None = None
        self._need: Wait | None = None
        self._homing: Iterator[None] | None = None
        self._limit_ahead = False  # a soft limit was met; the alarm comes once it stands

    # power

    def power_on(self) -> None:
        """Boot: positions are forgotten, settings are kept."""
        self.powered = True
        self.motion.position = (0.0, 0.0, 0.0)
        self.state = "Alarm" if self.settings[22] else "Idle"
        self._boot()

    def power_off(self) -> None:
        """Cut the power: it is silent, what the cup holds falls, moving axes run out a little."""
        if self.powered:
            self._lose_steps()
            self.powered = False
            self.motion.drop()
            self._clear()
            self.program.coolant(on=False)

    # the line

    def receive(self, data: bytes) -> None:
        """Take bytes from the line."""
        if not self.powered:
            return
        for byte in data:
            if byte in b"?!~\x18" or byte >= 0x80:
                self._realtime(byte)
            elif len(self._rx) < RX:
                self._rx.append(byte)
                if byte in b"\r\n":
                    self._work()
            else:
                self.overrun += 1
        self._work()

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        if not self.powered or self.locked:
            return
        while seconds > TINY:
            before = self.motion.position
            held = self.state in {"Hold", "Door"}
            left = self.motion.advance(seconds, hold=held)
            after = self.motion.position
            self.gantry.move((after[0] - before[0], after[1] - before[1], after[2] - before[2]))
            if self._hits_a_switch():
                self._alarm(1)
                return
            if self.program.dwell > 0 and not self.motion.blocks and not held:
                used = min(left, self.program.dwell)
                self.program.dwell -= used
                left -= used
            if self._homing is not None and not self.motion.blocks:
                self._home_on()
            self._work()
            if left >= seconds - TINY and not (self.motion.blocks and not held):
                return
            seconds = left

    def is_busy(self) -> bool:
        """Say whether anything changes by time alone."""
        resting = self.state in {"Hold", "Door"} and self.motion.speed == 0
        moving = bool(self.motion.blocks) or self.program.dwell > 0 or self._homing is not None
        return self.powered and not self.locked and moving and not resting

    def say(self, line: str) -> None:
        """Print a line."""
        self._send(line.encode() + b"\r\n")

    # bytes that act at once

    def _realtime(self, byte: int) -> None:
        if byte == 0x18:
            self._reset()
        elif self.locked or self.state == "Sleep":
            return
        elif byte == ord("?"):
            self.say(self.reporter.status())
        elif byte == ord("!"):
            self._hold()
        elif byte == ord("~"):
            self._resume()
        elif byte == 0x84 and self.state in {"Idle", "Run", "Hold", "Jog"}:
            self.state = "Door"
        elif byte == 0x85 and self.state == "Jog":
            self._hold()
        else:
            self._override(byte)

    def _hold(self) -> None:
        if self.state in {"Idle", "Run", "Jog"}:
            self.reporter.cancel_jog = self.state == "Jog"
            self.state = "Hold"

    def _resume(self) -> None:
        self.program.paused = False
        if self.state in {"Hold", "Door"} and self.motion.speed == 0:
            self.state = "Run" if self.motion.blocks else "Idle"
        self._work()

    def _override(self, byte: int) -> None:
        motion, percent = self.motion, round(self.motion.feed_override * 100)
        steps = {0x91: 10, 0x92: -10, 0x93: 1, 0x94: -1}
        if byte == 0x90:
            motion.feed_override = 1.0
        elif byte in steps:
            motion.feed_override = min(max(percent + steps[byte], 10), 200) / 100
        elif byte in {0x95, 0x96, 0x97}:
            motion.rapid_override = {0x95: 1.0, 0x96: 0.5, 0x97: 0.25}[byte]
        elif byte in {0xA0, 0xA1} and self.state in {"Idle", "Run", "Hold"}:
            self.program.coolant(on=not self.program.tool_on)
        self.reporter.overrides_due = True

    def _reset(self) -> None:
        """Stop dead: control-X. In a move the place is lost, so it is an alarm."""
        homing, moving = self.state == "Home", self.state in {"Run", "Jog"} or self.motion.speed > 0
        self._lose_steps()
        self.motion.drop()
        if homing or moving:
            self.state = "Alarm"
            self.say("ALARM:6" if homing else "ALARM:3")
        elif self.state not in {"Alarm", "Sleep"}:
            self.state = "Idle"
        else:
            self.state = "Alarm"
        self._boot()

    def _boot(self) -> None:
        self._clear()
        self.motion.feed_override = self.motion.rapid_override = 1.0
        self.program.checking = False
        self.program.reset()
        self.reporter.reset()
        self._send(WELCOME)
        if self.state == "Alarm":
            self.say(UNLOCK)

    def _clear(self) -> None:
        self.locked = False
        self._rx.clear()
        self._job = self._need = self._homing = None
        self._limit_ahead = False

    def _lose_steps(self) -> None:
        """A carriage stopped without braking slides on: at most half of its braking way, the controller not knowing."""
        if self.motion.blocks and self.motion.speed > 0:
            block = self.motion.blocks[0]
            slide = self.motion.speed**2 / (2 * block.acceleration) * float(self.gantry.random.uniform(0.05, 0.5))
            x, y, z = block.unit
            self.gantry.push((x * slide, y * slide, z * slide))

    def _hits_a_switch(self) -> bool:
        if not self.settings[21] or self.state == "Home" or self.motion.speed == 0:
            return False
        return any(self.gantry.touches(axis, plus=self.settings.homes_plus(axis)) for axis in range(3))

    def _alarm(self, number: int) -> None:
        """Fall into an alarm; after that of a limit (1, 2) nothing is answered until a reset."""
        self.motion.drop()
        self._job = self._need = self._homing = None
        self._limit_ahead = False
        self.state = "Alarm"
        self.say(f"ALARM:{number}")
        if number in {1, 2}:
            self.say("[MSG:Reset to continue]")
            self.locked = True

    # lines

    def _work(self) -> None:
        """Go on with the line at hand, and take the next ones as long as nothing has to be waited for."""
        self._settle()
        while self.powered and not self.locked and not self.program.paused and self.state not in SUSPENDED:
            if self._job is None:
                text = self._next_line()
                if text is None:
                    return
                self._begin(text)
            elif not self._may_go_on():
                return
            else:
                self._go_on()
            self._settle()

    def _settle(self) -> None:
        """Let the state follow the moves."""
        if self._limit_ahead and self.motion.speed == 0:
            self._alarm(2)
        elif self.state in {"Idle", "Check"} and self.motion.blocks:
            self.state = "Run"
        elif self.state in {"Run", "Jog"} and not self.motion.blocks:
            self.state = "Idle"
        elif self.state == "Hold" and self.motion.speed == 0 and self.reporter.cancel_jog:
            self.reporter.cancel_jog = False
            self.motion.drop()
            self.state = "Idle"

    def _next_line(self) -> str | None:
        ends = [at for at in (self._rx.find(b"\n"), self._rx.find(b"\r")) if at >= 0]
        if not ends:
            return None
        text = self._rx[: min(ends)].decode("ascii", "replace")
        del self._rx[: min(ends) + 1]
        return text

    def _begin(self, text: str) -> None:
        line = clean(text)
        if len(line) > LINE - 1:
            self.say("error:11")
        elif not line:
            self.say("ok")
        else:
            self._job = self._command(line) if line[0] == "$" else self._gcode(line)
            self._go_on()

    def _go_on(self) -> None:
        """Run the line until it waits or ends; say how it ended."""
        job = self._job
        assert job is not None  # noqa: S101 - asked for by _work
        try:
            self._need = next(job)
        except StopIteration:
            self._job = None
            self.say("ok")
        except Refused as refused:
            self._job = None
            self.say(f"error:{refused.number}")
        except SoftLimit:
            self._job = None
            self._limit_ahead = True
            self._settle()
            self._hold()

    def _may_go_on(self) -> bool:
        if self._need is Wait.ROOM:
            return not self.motion.is_full
        if self._need is Wait.HOMED:
            return self._homing is None
        return not self.motion.blocks and self.program.dwell <= TINY

    def _gcode(self, line: str) -> Iterator[Wait]:
        if self.state in {"Alarm", "Jog"}:
            raise Refused(9)
        yield from self.program.run(parse(line))

    def _command(self, line: str) -> Iterator[Wait]:
        """Do a line that begins with `$`."""
        if printed := self.reporter.answer(line):
            if line in {"$$", "$#"} and self.state not in {"Idle", "Alarm", "Check"}:
                raise Refused(8)
            for one in printed:
                self.say(one)
        elif line == "$H":
            yield from self._home()
        elif line.startswith("$J="):
            if self.state not in {"Idle", "Jog"}:
                raise Refused(8)
            yield from self.program.jog(parse(line[3:]))
            if self.motion.blocks:
                self.state = "Jog"
        else:
            self._do_at_once(line)

    def _do_at_once(self, line: str) -> None:
        if line == "$X":
            if self.state == "Alarm":
                self.state = "Idle"
                self.say("[MSG:Caution: Unlocked]")
        elif line == "$C":
            self._check()
        elif line == "$SLP":
            self.say("[MSG:Sleeping]")
            self.state = "Sleep"
        else:
            self._set(line)

    def _check(self) -> None:
        if self.program.checking:
            self.say("[MSG:Disabled]")
            self._reset()
        elif self.state != "Idle":
            raise Refused(8)
        else:
            self.say("[MSG:Enabled]")
            self.program.checking = True
            self.state = "Check"

    def _set(self, line: str) -> None:
        number, equals, value = line[1:].partition("=")
        if not number.isdigit() or not equals:
            raise Refused(3)
        if self.state not in {"Idle", "Alarm"}:
            raise Refused(8)
        try:
            error = self.settings.set(int(number), float(value))
        except ValueError as wrong:
            raise Refused(2) from wrong
        if error:
            raise Refused(error)

    def _home(self) -> Iterator[Wait]:
        if not self.settings[22]:
            raise Refused(5)
        if self.state not in {"Idle", "Alarm"}:
            raise Refused(8)
        self.state = "Home"
        self._homing = cycle(self.motion, self.gantry, self.settings)
        self._home_on()
        yield Wait.HOMED

    def _home_on(self) -> None:
        homing = self._homing
        assert homing is not None  # noqa: S101 - asked for by whoever calls
        try:
            next(homing)
        except StopIteration:
            self._homing = None
            self.state = "Idle"
        except NotFound:
            self._alarm(9)
            self._boot()
