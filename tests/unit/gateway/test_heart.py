"""A host hears whether an instance lives: it has its time to begin, and little when it has begun."""

import asyncio
import os

from hanmaru.gateway import heart


def test_one_that_takes_long_to_begin_is_not_hung_and_one_that_stops_is() -> None:
    async def work() -> bool:
        listening, beating = os.pipe()
        try:
            watching = asyncio.create_task(heart.watch(listening, hung_after=0.05, starting=60))
            await asyncio.sleep(0.2)
            assert not watching.done(), "it has not begun yet"
            os.write(beating, b".")
            return await asyncio.wait_for(watching, 60)
        finally:
            os.close(listening)
            os.close(beating)

    assert asyncio.run(work()) is False


def test_one_that_never_begins_is_hung() -> None:
    async def work() -> bool:
        listening, beating = os.pipe()
        try:
            return await asyncio.wait_for(heart.watch(listening, starting=0.05), 60)
        finally:
            os.close(listening)
            os.close(beating)

    assert asyncio.run(work()) is False


def test_a_pipe_that_closes_says_that_it_has_ended() -> None:
    async def work() -> bool:
        listening, beating = os.pipe()
        os.close(beating)
        try:
            return await asyncio.wait_for(heart.watch(listening), 60)
        finally:
            os.close(listening)

    assert asyncio.run(work()) is True
