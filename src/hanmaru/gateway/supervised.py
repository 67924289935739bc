"""One driver instance as the host sees it: a process that is started, listened to, and started again.

Each has a task, a process and a folder of its own; nothing is shared, so none can hold up another.
"""

import asyncio
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import structlog

from hanmaru.gateway import heart
from hanmaru.gateway.wanted import Wanted

FIRST_PAUSE: Final = 0.5  # seconds before a dead instance is started again; doubled each time
LONGEST_PAUSE: Final = 30.0
SETTLED: Final = 60.0  # seconds after which it counts as well again
PATIENCE: Final = 8.0  # seconds for a clean end
COMMAND: Final = (sys.executable, "-m", "hanmaru.gateway.instance")

log = structlog.get_logger(__name__)


class Supervised:
    """Keeps one instance running until `end`."""

    def __init__(
        self, wanted: Wanted, folder: Path, environment: Mapping[str, str], command: Sequence[str] = COMMAND
    ) -> None:
        self._wanted, self._folder, self._environment, self._command = wanted, folder, environment, command
        self._process: asyncio.subprocess.Process | None = None
        self._failures = 0
        self._at_once = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.starts = 0
        self.killed = 0

    @property
    def pid(self) -> int | None:
        """The running process."""
        return self._process.pid if self._process and self._process.returncode is None else None

    @property
    def wanted(self) -> Wanted:
        """What it is to do."""
        return self._wanted

    def begin(self) -> None:
        """Start it."""
        self._wanted.write(self._folder)
        self._task = asyncio.create_task(self._keep_running(), name=f"gateway {self._wanted.source}")

    async def change(self, wanted: Wanted) -> None:
        """Do this from now on: other tags are taken over while it runs, another device needs a new process."""
        before, self._wanted = self._wanted, wanted
        if wanted == before:
            return
        self._wanted.write(self._folder)
        self._failures = 0
        self._at_once.set()
        if not wanted.same_device(before):
            await self._stop()

    async def end(self) -> None:
        """Stop it and keep it stopped; what it has not sent stays on the disk."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._stop()

    async def _keep_running(self) -> None:
        while True:
            begun = time.monotonic()
            status = await self._live()
            if time.monotonic() - begun > SETTLED:
                self._failures = 0
            pause = min(FIRST_PAUSE * 2**self._failures, LONGEST_PAUSE)
            self._failures = min(self._failures + 1, 16)
            log.error("gateway.instance_ended", source=self._wanted.source, status=status, pause=pause)
            self._at_once.clear()
            try:
                async with asyncio.timeout(pause):
                    await self._at_once.wait()
            except TimeoutError:
                continue

    async def _live(self) -> int:
        """Run the process once, kill it if it hangs; answer its exit status."""
        listening, beating = os.pipe()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                str(self._folder),
                env={**os.environ, **self._environment, heart.VARIABLE: str(beating)},
                stdin=asyncio.subprocess.DEVNULL,
                pass_fds=(beating,),
                start_new_session=True,
            )
            self.starts += 1
            log.info("gateway.instance_started", source=self._wanted.source, pid=self._process.pid)
            os.close(beating)
            beating = -1
            if not await heart.watch(listening):
                log.error("gateway.instance_hung", source=self._wanted.source, pid=self._process.pid)
                self.killed += 1
                self._process.kill()
            return await self._process.wait()
        finally:
            os.close(listening)
            if beating >= 0:
                os.close(beating)

    async def _stop(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(PATIENCE):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
