"""Benchmarks: each prints a table, writes JSON to benchmarks/results, and states the machine it ran on."""
