"""Pages of the plant."""
