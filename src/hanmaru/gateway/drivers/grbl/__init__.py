"""The GRBL gantry: a picking machine on a serial line. Source: grbl 1.1, doc/markdown."""
