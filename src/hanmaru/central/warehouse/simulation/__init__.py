"""A past year of orders worked through the house by the same services that the pages use.

``house`` is where the goods lie and come from, ``day`` works the orders of a day, ``run`` goes through the days.
"""
