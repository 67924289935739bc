"""An edge node of Sparkplug B: its bytes and its life. Written from the specification, version 3.0.0, alone."""
