"""Instances and plans as plain dicts, as JSON has them, and as the dataclasses that solvers take and give."""
