"""Modbus devices: a register map, the functions on it, and the two lines they are reached by.

Written from the specifications alone (MODBUS Application Protocol V1.1b3, Messaging on TCP/IP V1.0b, Serial Line
V1.02), so that a driver on a library meets a device that shares none of its code.
"""
