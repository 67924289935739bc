"""Carries messages between processes: an envelope, one contract, and what keeps it."""
