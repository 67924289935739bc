"""The tag reader's client: cards from a serial line (or a simulated gate) to the warehouse's websocket, none lost."""
