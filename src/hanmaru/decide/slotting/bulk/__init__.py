"""Bulk supply: storage zones side by side along a strip, each material carried to fixed supply points."""
