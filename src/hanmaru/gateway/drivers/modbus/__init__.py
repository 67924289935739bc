"""Modbus over TCP and serial lines: a map of registers, reads merged into the fewest requests, one bus, many units."""
