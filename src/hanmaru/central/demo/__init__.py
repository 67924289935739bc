"""A made-up workshop and its neighbour under one roof, to try the system with: plain data, no tables.

    house = build(today)          # two companies with products, places, stock, deliveries and orders
    draw("R-SOLITAIRE")           # the product's picture as JPEG, from `hanmaru.central.demo.pictures`

Names, addresses and people are invented; e-mail addresses end in example.com, telephone numbers
are of the kind that nobody has, GTINs are of the range kept for use inside a shop.
"""
