"""Words that all rooms share. Standard library only."""
