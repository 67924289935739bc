"""Hanmaru (한마루, "one floor"): a small manufacturer's factory and warehouse as one system.

The rooms, from the ground up; a room imports only from rooms below it:

    kernel      words all rooms share; standard library only
    floor       what stands on the plant floor, as data
    bus         carries messages between processes
    decide      decisions as pure functions: problem in, plan out
    gateway     talks to devices
    edge        thinks beside the machine: the history of readings
    central     runs the business (Django)
    twin        virtual devices that speak the real protocols, and the plant they belong to
    launch      the only place that wires rooms together: the command line
"""

__version__ = "0.1.0"
