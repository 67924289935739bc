"""Is a plan what it says it is? Asked of plain dicts, by code that shares nothing with what made the plan.

It imports nothing of slotting (`.importlinter` sees to it): formats, problems and objectives are written here once
more, from the formulation, in the plainest way that is fast enough.
"""
