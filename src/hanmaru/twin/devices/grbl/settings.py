"""The settings `$0` to `$132` of grbl 1.1, for the gantry of a picking machine."""

from typing import Final

from hanmaru.twin.devices.grbl.motion import Limits, Vector

# Number -> value. Source: grbl 1.1, doc/markdown/settings.md; sizes and speeds are those of a gantry 600 x 400 x 120.
DEFAULTS: Final[dict[int, float]] = {
    0: 10,  # step pulse, microseconds
    1: 25,  # step idle delay, milliseconds
    2: 0,  # step port invert
    3: 0,  # direction invert
    4: 0,  # step enable invert
    5: 0,  # limit pins invert
    6: 0,  # probe pin invert
    10: 1,  # status report: machine position
    11: 0.010,  # junction deviation, mm
    12: 0.002,  # arc tolerance, mm
    13: 0,  # report inches
    20: 1,  # soft limits
    21: 0,  # hard limits
    22: 1,  # homing cycle
    23: 0,  # homing direction invert: 0 homes towards plus
    24: 25.0,  # homing feed, mm/min
    25: 2000.0,  # homing seek, mm/min
    26: 250,  # homing debounce, milliseconds
    27: 2.0,  # homing pull-off, mm
    30: 1000,  # greatest spindle speed
    31: 0,  # least spindle speed
    32: 0,  # laser mode
    100: 80.0,  # steps per mm
    101: 80.0,
    102: 400.0,
    110: 12000.0,  # greatest rate, mm/min
    111: 12000.0,
    112: 3000.0,
    120: 1000.0,  # acceleration, mm/s2
    121: 1000.0,
    122: 500.0,
    130: 600.0,  # greatest travel, mm
    131: 400.0,
    132: 120.0,
}
WHOLE: Final = frozenset(range(7)) | {10, 13, 20, 21, 22, 23, 26, 30, 31, 32}


class Settings:
    """The values of one machine; they outlive a reset, as in its EEPROM."""

    def __init__(self, **changed: float) -> None:
        """Take over defaults; `changed` as in `s130=300`."""
        self.values = dict(DEFAULTS)
        for name, value in changed.items():
            self.values[int(name.removeprefix("s"))] = value

    def __getitem__(self, number: int) -> float:
        return self.values[number]

    def set(self, number: int, value: float) -> int:
        """Set one; answer the error number, 0 when it is taken."""
        if value < 0:
            return 4
        if number not in self.values:
            return 3
        if number == 0 and value < 3:
            return 6
        if number == 20 and value and not self.values[22]:
            return 10
        self.values[number] = float(int(value)) if number in WHOLE else value
        if number == 22 and not value:
            self.values[20] = 0
        return 0

    def lines(self) -> list[str]:
        """Answer what `$$` prints."""
        return [
            f"${number}={value:.0f}" if number in WHOLE else f"${number}={value:.3f}"
            for number, value in self.values.items()
        ]

    def three(self, first: int) -> Vector:
        """Answer the values of X, Y and Z."""
        return (self.values[first], self.values[first + 1], self.values[first + 2])

    def limits(self) -> Limits:
        """Answer what the planner needs, in seconds."""
        x, y, z = self.three(110)
        return Limits((x / 60, y / 60, z / 60), self.three(120), self.values[11])

    def homes_plus(self, axis: int) -> bool:
        """Say whether the switch of an axis stands at its plus end."""
        return not int(self.values[23]) & 1 << axis
