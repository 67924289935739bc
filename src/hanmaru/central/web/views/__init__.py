"""Pages of the shell itself."""
