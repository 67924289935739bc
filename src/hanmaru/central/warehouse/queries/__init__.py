"""What others may read of the work on the floor."""
