"""The register maps of the two Modbus devices, as their makers would print them."""

from typing import Final

from hanmaru.twin.devices.modbus.registers import Point, Table

PRESS: Final = [
    Point("running", Table.DISCRETE, 0, "flag"),
    Point("bearing/temperature", Table.INPUT, 0, "int16", scale=0.1),
    Point("motor/current", Table.INPUT, 1, "uint16", scale=0.01),
    Point("stroke-rate", Table.INPUT, 2, "uint16", scale=0.1),
    Point("strokes", Table.INPUT, 3, "uint32"),
    Point("force", Table.INPUT, 5, "float32"),
    Point("vibration/rms", Table.INPUT, 10, "float32"),
    Point("vibration/shaft", Table.INPUT, 12, "float32"),
    Point("vibration/bearing", Table.INPUT, 14, "float32"),
    Point("vibration/bearing-frequency", Table.INPUT, 16, "float32"),
    Point("stroke-rate/setpoint", Table.HOLDING, 0, "float32"),
]
# The casting machine's controller puts the low word first.
CASTING: Final = [
    Point("running", Table.COIL, 0, "flag"),
    Point("melt/temperature", Table.INPUT, 100, "float32", low_word_first=True),
    Point("melt/mass", Table.INPUT, 102, "float32", low_word_first=True),
    Point("mould/temperature", Table.INPUT, 104, "float32", low_word_first=True),
    Point("furnace/power", Table.INPUT, 106, "float32", low_word_first=True),
    Point("pressure", Table.INPUT, 108, "float32", low_word_first=True),
    Point("phase", Table.INPUT, 110, "uint16"),
    Point("cycle", Table.INPUT, 111, "uint16", scale=0.1),
    Point("shots", Table.INPUT, 112, "uint32", low_word_first=True),
    Point("melt/setpoint", Table.HOLDING, 0, "float32", low_word_first=True),
    Point("hold/seconds", Table.HOLDING, 2, "float32", low_word_first=True),
]
