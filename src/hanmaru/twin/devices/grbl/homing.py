"""The homing cycle: Z first, then X and Y; fast to the switch, off it, slowly to it again, off it.

Source: grbl 1.1, limits.c, limits_go_home. Where the switches are only the gantry knows. X and Y go one after the other
here, in grbl at once; they end at the same place.
"""

from collections.abc import Iterator

from hanmaru.twin.devices.grbl.gantry import SLACK, Gantry
from hanmaru.twin.devices.grbl.motion import Motion, Vector
from hanmaru.twin.devices.grbl.settings import Settings


class NotFound(Exception):
    """No switch within one and a half times the travel: alarm 9."""


def cycle(motion: Motion, gantry: Gantry, settings: Settings) -> Iterator[None]:
    """Go through the cycle; every step is a move that has been planned. Raise NotFound."""
    motion.drop()
    position = list(motion.position)
    for axis in (2, 0, 1):
        plus = settings.homes_plus(axis)
        way = 1.0 if plus else -1.0
        for speed in (settings[25] / 60, settings[24] / 60):
            yield from _to_the_switch(motion, gantry, settings, axis, speed)
            if not gantry.touches(axis, plus=plus):
                raise NotFound
            motion.add(_moved(motion.position, axis, -way * settings[27]), settings[25] / 60, settings.limits())
            yield
        position[axis] = -settings[27] if plus else -settings[130 + axis] + settings[27]
        motion.position = (position[0], position[1], position[2])
    motion.position = (position[0], position[1], position[2])


def _to_the_switch(motion: Motion, gantry: Gantry, settings: Settings, axis: int, speed: float) -> Iterator[None]:
    plus = settings.homes_plus(axis)
    place, end = gantry.place[axis], 0.0 if plus else -gantry.travel[axis]
    way = end - place
    if axis in gantry.broken_switches:
        way = (1.5 * settings[130 + axis] + SLACK) * (1.0 if plus else -1.0)
    if motion.add(_moved(motion.position, axis, way), speed, settings.limits()):
        yield


def _moved(position: Vector, axis: int, way: float) -> Vector:
    moved = list(position)
    moved[axis] += way
    return (moved[0], moved[1], moved[2])
