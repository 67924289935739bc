"""The pages of the work on the floor."""
