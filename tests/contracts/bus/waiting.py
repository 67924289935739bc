"""Waiting for what a server does by itself."""

import asyncio
from collections.abc import Awaitable, Callable


async def becomes(look: Callable[[], Awaitable[object]], wanted: object) -> None:
    """Look until it is as wanted."""
    async with asyncio.timeout(60):
        while await look() != wanted:  # noqa: ASYNC110 - the server tells nobody when it forgets
            await asyncio.sleep(0.05)
