"""Devices as a driver meets them: each is an `async with` that gives its URL, port or path. None uses gateway code."""
