"""The mechanics that a controller moves: carriage, end switches, vacuum cup and the rack of cells.

The carriage has a place of its own: what the controller believes agrees with it only after homing, and no longer after
a power cut, a lost step or a push by hand. Machine coordinates, mm: the switch of an axis that homes to plus stands at
0, the rack lies towards minus.
"""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from hanmaru.twin.devices.grbl.motion import Vector

SLACK: Final = 1.0  # mm that an axis can run past its travel until it meets the hard stop
REACH: Final = 1.5  # mm off the middle of a cell within which the cup still grips
DEPTH: Final = 1.0  # mm above the pick height within which it grips


class Gantry:
    """A carriage over a rack. `cells`: name -> place of the cup when it touches the good; `contents`: name -> good."""

    def __init__(
        self,
        travel: Vector = (600.0, 400.0, 120.0),
        cells: Mapping[str, Vector] | None = None,
        contents: Mapping[str, str] | None = None,
        seed: int = 1,
        transfer: Vector | None = None,
    ) -> None:
        """Stand somewhere; where, only homing tells. At `transfer` goods are handed over, out and in."""
        self.travel = travel
        self.cells = dict(cells or rack())
        self.contents: dict[str, str] = dict(contents or {})
        self.held: str | None = None
        self.transfer = transfer
        self.handed_over: list[str] = []  # goods let go at the transfer point; a pusher takes them away
        self.waiting: list[str] = []  # goods that lie ready at the transfer point, one after the other
        self.dropped: list[str] = []  # goods that fell beside a cell, or onto another
        self.random = np.random.default_rng(seed)
        x, y, z = (float(-most * share) for most, share in zip(travel, self.random.uniform(0.2, 0.8, 3), strict=True))
        self.place: Vector = (x, y, z)
        self.broken_switches: set[int] = set()

    def move(self, delta: Vector) -> None:
        """Move the carriage; at a hard stop the motor stalls and steps are lost."""
        x, y, z = (
            min(max(at + step, -most - SLACK), SLACK)
            for at, step, most in zip(self.place, delta, self.travel, strict=True)
        )
        self.place = (x, y, z)

    def push(self, delta: Vector) -> None:
        """Push it by hand or stop it dead: the controller does not know."""
        self.move(delta)

    def touches(self, axis: int, *, plus: bool) -> bool:
        """Say whether the end switch of an axis is pressed."""
        if axis in self.broken_switches:
            return False
        return self.place[axis] >= -1e-6 if plus else self.place[axis] <= -self.travel[axis] + 1e-6

    def cell_below(self) -> str | None:
        """Answer the cell that the cup touches, if any."""
        return next((name for name, place in self.cells.items() if self._touches(place)), None)

    def _touches(self, place: Vector) -> bool:
        x, y, z = place
        return math.hypot(self.place[0] - x, self.place[1] - y) <= REACH and self.place[2] <= z + DEPTH

    def vacuum(self, *, on: bool) -> None:
        """Switch the vacuum: grip what the cup touches, or let go."""
        cell = self.cell_below()
        if self.transfer is not None and self._touches(self.transfer):
            self._hand_over(on=on)
        elif on and self.held is None and cell is not None:
            self.held = self.contents.pop(cell, None)
        elif not on and self.held is not None:
            if cell is not None and cell not in self.contents:
                self.contents[cell] = self.held
            else:
                self.dropped.append(self.held)
            self.held = None

    def _hand_over(self, *, on: bool) -> None:
        if on and self.held is None and self.waiting:
            self.held = self.waiting.pop(0)
        elif not on and self.held is not None:
            self.handed_over.append(self.held)
            self.held = None


def rack(columns: int = 5, rows: int = 4) -> dict[str, Vector]:
    """Answer the cells A1, A2 ... of a rack: name -> place, 100 mm apart, goods 100 mm below the home height."""
    return {
        f"{chr(ord('A') + row)}{column + 1}": (-550.0 + 100.0 * column, -350.0 + 100.0 * row, -100.0)
        for row in range(rows)
        for column in range(columns)
    }
