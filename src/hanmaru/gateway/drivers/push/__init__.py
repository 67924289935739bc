"""Waits for programs and small devices that send by themselves: HTTP and websocket."""
