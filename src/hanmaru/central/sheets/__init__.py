"""People's spreadsheets: read row by row, every refused row kept for mending.

PRICE = Column("price", "가격", "Price", money(), required=True)
for row in open_sheet(file, [PRICE]):
    ...  # a Row with values["price"], or a RowError with sentence and remedy
"""
