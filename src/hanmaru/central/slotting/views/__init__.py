"""Pages of slotting."""
