"""What GRBL's error and alarm numbers mean, in words with a remedy. Source: grbl 1.1, tables of codes in doc/csv.

The words are ours. They stand as sentences of one case, so the catalogue holds them in both languages.
"""

from typing import Final

from hanmaru.kernel.errors import Refused


class MachineSaid(Refused):
    """The machine refused a line, or fell into an alarm."""

    code = "gateway.grbl_said"
    message = "The machine answers with number %(number)s, which this version of GRBL does not explain"


ERRORS: Final[dict[int, MachineSaid]] = {
    1: MachineSaid("Error 1: a word of the line has no letter. Mend the template of the program"),
    2: MachineSaid("Error 2: a number of the line cannot be read. Mend the template of the program"),
    3: MachineSaid("Error 3: the machine does not know this $ command"),
    4: MachineSaid("Error 4: this setting may not be negative"),
    5: MachineSaid("Error 5: homing is switched off. Set $22=1"),
    6: MachineSaid("Error 6: a step pulse must last at least 3 microseconds. Set $0=10"),
    7: MachineSaid("Error 7: the settings could not be read and were set to defaults. Enter them again"),
    8: MachineSaid("Error 8: this is only possible while the machine is idle"),
    9: MachineSaid("Error 9: the machine is locked by an alarm or a jog. Home it"),
    10: MachineSaid("Error 10: soft limits need homing. Set $22=1 first"),
    11: MachineSaid("Error 11: the line is longer than the machine takes. Shorten the template of the program"),
    12: MachineSaid("Error 12: this speed needs more steps a second than the machine can make. Lower $110 to $112"),
    13: MachineSaid("Error 13: the safety door is open. Close it and resume"),
    14: MachineSaid("Error 14: the start line or build text is too long"),
    15: MachineSaid("Error 15: the jog would leave the travel of the machine"),
    16: MachineSaid("Error 16: a jog line is malformed"),
    17: MachineSaid("Error 17: laser mode needs a spindle with variable speed. Set $32=0"),
    20: MachineSaid("Error 20: the machine does not know this G-code. Mend the template of the program"),
    21: MachineSaid("Error 21: two G-codes of a line exclude each other. Mend the template of the program"),
    22: MachineSaid("Error 22: the speed is missing. Give F in the template of the program"),
    23: MachineSaid("Error 23: this G-code needs a whole number"),
    24: MachineSaid("Error 24: two G-codes of a line use the same axes"),
    25: MachineSaid("Error 25: a word stands twice in a line"),
    26: MachineSaid("Error 26: a G-code lacks its axes"),
    27: MachineSaid("Error 27: the line number is out of range"),
    28: MachineSaid("Error 28: a G-code lacks a value"),
    29: MachineSaid("Error 29: there is no such work coordinate system"),
    30: MachineSaid("Error 30: G53 goes with G0 and G1 only. Mend the template of the program"),
    31: MachineSaid("Error 31: a line has axes that nothing uses"),
    32: MachineSaid("Error 32: an arc lacks axes in its plane"),
    33: MachineSaid("Error 33: the target of the move is impossible"),
    34: MachineSaid("Error 34: the radius of an arc is impossible"),
    35: MachineSaid("Error 35: an arc lacks its centre"),
    36: MachineSaid("Error 36: a line has words that nothing uses"),
    37: MachineSaid("Error 37: the tool length belongs to another axis"),
    38: MachineSaid("Error 38: the tool number is too great"),
}
ALARMS: Final[dict[int, MachineSaid]] = {
    1: MachineSaid("Alarm 1: an end switch was hit and the place is lost. Look at the machine, then home it"),
    2: MachineSaid("Alarm 2: the target lies outside the travel. Check the cell's place; then home the machine"),
    3: MachineSaid("Alarm 3: stopped in a move and the place is lost. Home the machine"),
    4: MachineSaid("Alarm 4: the probe was not in its first state. Check its wire"),
    5: MachineSaid("Alarm 5: the probe touched nothing. Check its wire and the height"),
    6: MachineSaid("Alarm 6: homing was interrupted by a reset. Home the machine again"),
    7: MachineSaid("Alarm 7: homing was interrupted by the safety door. Close it and home again"),
    8: MachineSaid("Alarm 8: an end switch did not open again while homing. Check the switch, or raise $27"),
    9: MachineSaid("Alarm 9: no end switch was found while homing. Check the switches and their wires"),
    10: MachineSaid("Alarm 10: the second end switch of an axis was not found. Check it"),
}
# After a soft limit the machine has braked and still knows where it is; after the others it may not.
KEEPS_ITS_PLACE: Final = frozenset({2, 4, 5})


def error(number: int) -> MachineSaid:
    """Answer what `error:n` means."""
    return ERRORS.get(number) or MachineSaid(number=number)


def alarm(number: int) -> MachineSaid:
    """Answer what `ALARM:n` means."""
    return ALARMS.get(number) or MachineSaid(number=number)
