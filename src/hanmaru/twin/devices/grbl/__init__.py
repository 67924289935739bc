"""A GRBL 1.1 motion controller and the gantry that it moves.

Source: the documents of the project grbl, v1.1: commands, interface, settings, jogging.
"""
