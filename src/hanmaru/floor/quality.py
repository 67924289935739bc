"""How far a reading may be trusted: the status codes of OPC UA, four bytes, kept as they are from device to page.

Source: OPC UA Part 4 (Services) 7.39 StatusCode and Part 8 (Data Access) 6.3.2. The two highest bits are the severity;
the low sixteen bits tell more and are dropped when readings are compared.
"""

from enum import IntEnum
from typing import Final

SEVERITY: Final = 0xC0000000


class Quality(IntEnum):
    """The codes that drivers of ours give; a device's own codes pass through unchanged."""

    GOOD = 0x00000000
    GOOD_LOCAL_OVERRIDE = 0x00960000
    UNCERTAIN = 0x40000000
    UNCERTAIN_LAST_USABLE = 0x40900000
    UNCERTAIN_SENSOR_NOT_ACCURATE = 0x40930000
    UNCERTAIN_OUT_OF_RANGE = 0x40940000
    BAD = 0x80000000
    BAD_TYPE_MISMATCH = 0x80740000
    BAD_NODE_UNKNOWN = 0x80340000
    BAD_CONFIGURATION = 0x80890000
    BAD_NOT_CONNECTED = 0x808A0000
    BAD_DEVICE_FAILURE = 0x808B0000
    BAD_SENSOR_FAILURE = 0x808C0000
    BAD_OUT_OF_SERVICE = 0x808D0000
    BAD_NO_COMMUNICATION = 0x80310000
    BAD_WAITING_FOR_INITIAL_DATA = 0x80320000
    BAD_TIMEOUT = 0x800A0000
    BAD_NO_DATA = 0x809B0000


REASONS: Final[dict[Quality, str]] = {
    Quality.GOOD: "good",
    Quality.GOOD_LOCAL_OVERRIDE: "set by hand at the device",
    Quality.UNCERTAIN: "uncertain",
    Quality.UNCERTAIN_LAST_USABLE: "last value from before the connection was lost",
    Quality.UNCERTAIN_SENSOR_NOT_ACCURATE: "the sensor says it is not accurate",
    Quality.UNCERTAIN_OUT_OF_RANGE: "outside the range of the sensor",
    Quality.BAD: "bad",
    Quality.BAD_TYPE_MISMATCH: "the device sent another type than the tag has",
    Quality.BAD_NODE_UNKNOWN: "the device does not know this address",
    Quality.BAD_CONFIGURATION: "the configuration does not fit the device",
    Quality.BAD_NOT_CONNECTED: "not connected",
    Quality.BAD_DEVICE_FAILURE: "the device has failed",
    Quality.BAD_SENSOR_FAILURE: "the sensor has failed",
    Quality.BAD_OUT_OF_SERVICE: "out of service",
    Quality.BAD_NO_COMMUNICATION: "no communication with the device",
    Quality.BAD_WAITING_FOR_INITIAL_DATA: "no value yet",
    Quality.BAD_TIMEOUT: "the device did not answer in time",
    Quality.BAD_NO_DATA: "the device has no data",
}


def is_good(code: int) -> bool:
    """Say whether the severity is good."""
    return code & SEVERITY == 0


def is_bad(code: int) -> bool:
    """Say whether the severity is bad: the value means nothing."""
    return code & 0x80000000 != 0


def reason(code: int) -> str:
    """Answer the code in words; of a code that we do not know, its severity and number."""
    known = code & 0xFFFF0000
    if known in REASONS:
        return REASONS[Quality(known)]
    severity = "bad" if is_bad(code) else "uncertain" if code & SEVERITY else "good"
    return f"{severity} (0x{code:08X})"
