"""Talks to devices: what is read from them goes up, and is kept here until it has arrived."""
