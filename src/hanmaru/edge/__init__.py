"""Thinks beside the machine: what a site does on its own when central is away. One process a function."""
