"""The machines of the plant as equations: pure, seeded, advanced by fixed steps. No device, no clock, no file."""
