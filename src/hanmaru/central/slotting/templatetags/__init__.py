"""Filters of the templates of slotting."""
