"""A browser's end of one stream of server-sent events."""

import asyncio


class Page:
    """Asks an ASGI application for its stream and notes what it is sent."""

    def __init__(self, application, path, cookie, query=b""):
        self.sent = asyncio.Queue()
        self.leave = asyncio.Event()
        scope = {"type": "http", "path": path, "query_string": query, "headers": [(b"cookie", cookie)]}
        self.task = asyncio.create_task(application(scope, self._receive, self.sent.put))

    async def _receive(self):
        await self.leave.wait()
        return {"type": "http.disconnect"}

    async def next(self):
        return await asyncio.wait_for(self.sent.get(), 60)

    async def close(self):
        self.leave.set()
        await asyncio.wait_for(self.task, 60)
