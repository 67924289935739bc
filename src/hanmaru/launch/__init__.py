"""Wires the rooms together: the command line, its services and their processes."""
