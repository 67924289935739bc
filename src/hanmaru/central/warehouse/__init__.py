"""The work on the floor: receive, put away, pick, pack, ship, and the readers that report it."""
