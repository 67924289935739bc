"""The shell of the pages and the parts they are made of (docs/design.md)."""
