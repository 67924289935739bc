"""An instance ends when it is asked to: tasks that lose a cancellation, tasks that never end, threads that hang."""

import asyncio
import subprocess
import sys

from hanmaru.gateway.ending import ended


def test_a_cancellation_that_got_lost_is_said_again():
    async def scene():
        said = []

        async def works_on():
            while True:
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    said.append("cancelled")
                    if len(said) == 3:
                        raise

        task = asyncio.create_task(works_on())
        await asyncio.sleep(0)
        assert await ended([task], 60, again=0.01) == set()
        assert task.cancelled()

    asyncio.run(scene())


def test_who_cleans_up_is_not_disturbed():
    async def scene():
        cleaning, clean = asyncio.Event(), []

        async def cleans_up():
            try:
                await asyncio.Event().wait()
            finally:
                cleaning.set()
                for _turn in range(50):
                    await asyncio.sleep(0)
                clean.append(True)

        task = asyncio.create_task(cleans_up())
        await asyncio.sleep(0)
        assert await ended([task], 60, again=0, may_cancel=lambda: not cleaning.is_set()) == set()
        assert clean == [True]

    asyncio.run(scene())


def test_what_never_ends_is_left_behind():
    async def scene():
        over = asyncio.Event()

        async def never_ends():
            while not over.is_set():
                try:
                    await over.wait()
                except asyncio.CancelledError:
                    continue

        task = asyncio.create_task(never_ends())
        await asyncio.sleep(0)
        assert await ended([task], 0.05, again=0.01) == {task}
        over.set()
        await task

    asyncio.run(scene())


HANGS = """
import asyncio, threading
from hanmaru.gateway.ending import at_the_latest

async def main():
    at_the_latest(0.2)
    asyncio.get_running_loop().run_in_executor(None, threading.Event().wait)

asyncio.run(main())
"""


def test_a_thread_that_hangs_holds_up_no_end():
    found = subprocess.run([sys.executable, "-c", HANGS], capture_output=True, text=True, timeout=120, check=False)
    assert found.returncode == 1
    assert "Thread 0x" in found.stderr
