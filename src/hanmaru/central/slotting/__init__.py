"""Slotting for people: what is to be laid out, searches for a better layout, and the moves that bring it about."""
