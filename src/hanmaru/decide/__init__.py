"""Decisions as pure functions: a problem goes in, a plan comes out, and the plan says why.

Lengths are millimetres, volumes cubic millimetres, weights grams, all integers. Nothing here reads
a clock, a file or a database; the same problem always gives the same plan.
"""
