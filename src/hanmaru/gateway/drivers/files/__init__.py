"""Files that a machine writes: one that grows, or a folder into which it drops one a shift."""
