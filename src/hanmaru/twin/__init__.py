"""Virtual devices that speak the real protocols, and the plant that they belong to, simulated forward."""
