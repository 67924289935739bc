"""Orders from people's spreadsheets, and back: one row a line, rows of one order number belong together."""
