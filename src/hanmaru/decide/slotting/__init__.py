"""Where everything lies: materials along a strip beside the lines (`bulk`), and in racks of bins (`kitting`).

A problem goes in, a plan comes out with its objective, a lower bound, and how both came about. Nothing here reads a
clock or a file: time, the stop rule and the seed are arguments (`watch`).
"""
