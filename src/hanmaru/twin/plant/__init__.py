"""The demo's plant: which machines stand where, by which device each is read, and what can break."""
