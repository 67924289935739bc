"""Products from people's spreadsheets: one row a variant, rows of one product code belong together."""
