"""What the controller prints about itself. Source: grbl 1.1, report.c and doc/markdown/interface.md."""

from typing import TYPE_CHECKING, Final

from hanmaru.twin.devices.grbl.motion import BLOCKS, TINY, Vector

if TYPE_CHECKING:
    from hanmaru.twin.devices.grbl.machine import Grbl

WELCOME: Final = b"\r\nGrbl 1.1h ['$' for help]\r\n"
HELP: Final = "[HLP:$$ $# $G $I $N $x=val $Nx=line $J=line $SLP $C $X $H ~ ! ? ctrl-x]"
VERSION: Final = ("[VER:1.1h.20190830:]", "[OPT:V,15,128]")
OFFSETS_EVERY: Final = {"busy": 30, "idle": 10}  # REPORT_WCO_REFRESH_*_COUNT
OVERRIDES_EVERY: Final = {"busy": 20, "idle": 10}  # REPORT_OV_REFRESH_*_COUNT
AXES: Final = "XYZ"


class Reporter:
    """Makes status reports and the answers to questions beginning with `$`."""

    def __init__(self, machine: "Grbl") -> None:
        """Report about that machine."""
        self._machine = machine
        self.reset()

    def reset(self) -> None:
        """Begin the counts anew."""
        self.cancel_jog = False
        self.overrides_due = False
        self._until_offsets = 0
        self._until_overrides = 1
        self._shown: Vector | None = None

    def status(self) -> str:
        """Answer the report that `?` asks for."""
        machine = self._machine
        mask, position, offset = int(machine.settings[10]), machine.motion.position, machine.program.offset
        if mask & 1:
            fields = [self._state(), "MPos:" + _numbers(position)]
        else:
            work = (position[0] - offset[0], position[1] - offset[1], position[2] - offset[2])
            fields = [self._state(), "WPos:" + _numbers(work)]
        if mask & 2:
            room = BLOCKS - len(machine.motion.blocks)
            fields.append(f"Bf:{room},{128 - len(machine._rx)}")  # noqa: SLF001 - two halves of one controller
        if machine.motion.blocks and machine.motion.blocks[0].line:
            fields.append(f"Ln:{machine.motion.blocks[0].line}")
        fields.append(f"FS:{machine.motion.speed * 60:.0f},{machine.program.spindle:.0f}")
        if pins := self._pins():
            fields.append("Pn:" + pins)
        return f"<{'|'.join(fields + self._now_and_then(offset))}>"

    def answer(self, line: str) -> list[str]:
        """Answer the lines that a question prints; none when it is no question."""
        machine = self._machine
        if line == "$":
            return [HELP]
        if line == "$$":
            return machine.settings.lines()
        if line == "$G":
            return [machine.program.state()]
        if line == "$I":
            return list(VERSION)
        if line == "$N":
            return ["$N0=", "$N1="]
        return self._parameters() if line == "$#" else []

    def _parameters(self) -> list[str]:
        program = self._machine.program
        lines = [f"[G{54 + number}:{_numbers(system)}]" for number, system in enumerate(program.systems)]
        lines += [f"[{name}:{_numbers(place)}]" for name, place in program.stored.items()]
        return [*lines, f"[G92:{_numbers(program.shift)}]", "[TLO:0.000]", "[PRB:0.000,0.000,0.000:0]"]

    def _state(self) -> str:
        machine = self._machine
        moving = machine.motion.speed > TINY
        if machine.state == "Hold" or machine.program.paused:
            return f"Hold:{int(moving)}"
        if machine.state == "Door":
            return "Door:2" if moving else "Door:0"
        return machine.state

    def _pins(self) -> str:
        machine = self._machine
        # the switch of the vacuum hangs on the probe input: pressed while a good is held
        pressed = "P" if machine.gantry.held is not None else ""
        touched = [
            AXES[axis] for axis in range(3) if machine.gantry.touches(axis, plus=machine.settings.homes_plus(axis))
        ]
        return pressed + "".join(touched)

    def _now_and_then(self, offset: Vector) -> list[str]:
        """Answer the work offset when it changed or has not been told for long; else, likewise, the overrides."""
        machine = self._machine
        pace = "idle" if machine.state in {"Idle", "Alarm", "Check"} else "busy"
        self._until_offsets -= 1
        self._until_overrides -= 1
        if self._until_offsets < 0 or offset != self._shown:
            self._until_offsets, self._shown = OFFSETS_EVERY[pace] - 1, offset
            self._until_overrides = max(self._until_overrides, 0)
            return ["WCO:" + _numbers(offset)]
        if self._until_overrides < 0 or self.overrides_due:
            self._until_overrides, self.overrides_due = OVERRIDES_EVERY[pace] - 1, False
            motion = machine.motion
            told = [f"Ov:{motion.feed_override * 100:.0f},{motion.rapid_override * 100:.0f},100"]
            return told + (["A:F"] if machine.program.tool_on else [])
        return []


def _numbers(values: Vector) -> str:
    return ",".join(f"{value:.3f}" for value in values)
