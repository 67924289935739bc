"""The parts of the pages. Each module holds a `register`; templatetags/parts.py gathers them."""
