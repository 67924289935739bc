"""Units: kept as UCUM codes, shown as people write them.

Source: The Unified Code for Units of Measure, case-sensitive codes (c/s), https://ucum.org, tables 2 to 4.
"""

from typing import Final

_SHOWN: Final = {
    "Cel": "°C",
    "[degF]": "°F",
    "%": "%",
    "1": "",
    "{RPM}": "rpm",
    "/min": "rpm",
    "um": "µm",
    "uS/cm": "µS/cm",
    "Ohm": "Ω",
    "kOhm": "kΩ",
    "deg": "°",
    "m3/h": "m³/h",
    "m2": "m²",
    "m3": "m³",
    "dm2": "dm²",
    "A/dm2": "A/dm²",
    "m/s2": "m/s²",
    "[pH]": "pH",
    "[ppm]": "ppm",
    "[in_i]": "in",
    "[psi]": "psi",
    "bar": "bar",
}


def shown(code: str) -> str:
    """Answer a UCUM code as people write it; an annotation such as `{pieces}` loses its braces."""
    if code in _SHOWN:
        return _SHOWN[code]
    if code.startswith("{") and code.endswith("}"):
        return code[1:-1]
    return code.replace(".", "·")
