"""What lies where: places, the ledger of moves, balances and reservations."""
