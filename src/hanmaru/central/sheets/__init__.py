"""People's spreadsheets: read row by row, every refused row kept for mending."""
