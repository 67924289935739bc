"""Character counting: never more in the machine's buffer than fits, and every answer to its own line."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanmaru.gateway.drivers.grbl.streaming import BUFFER, Lost, Streaming


@given(st.lists(st.integers(1, BUFFER), max_size=60), st.data())
def test_the_buffer_is_never_overrun_and_answers_keep_their_order(sizes: list[int], data: st.DataObject) -> None:
    async def work() -> None:
        streaming, answers = Streaming(), []

        async def send() -> None:
            for size in sizes:
                await streaming.room_for(size)
                answers.append(streaming.sent(size))
                assert streaming.used <= BUFFER

        sending = asyncio.create_task(send())
        errors = [data.draw(st.sampled_from([0, 0, 0, 20])) for _ in sizes]
        for error in errors:
            await asyncio.sleep(0)  # the sender goes as far as there is room
            assert streaming.answered(error)
        await sending
        assert [answer.result() for answer in answers] == errors
        assert not streaming.answered(0)

    asyncio.run(work())


def test_what_was_sent_to_a_machine_that_starts_anew_is_lost() -> None:
    async def work() -> None:
        streaming = Streaming()
        answer = streaming.sent(100)
        waiting = asyncio.create_task(streaming.room_for(50))
        await asyncio.sleep(0)
        assert not waiting.done()
        streaming.forget()
        await waiting
        assert streaming.used == 0
        with pytest.raises(Lost):
            await answer

    asyncio.run(work())


def test_a_line_that_can_never_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="129"):
        asyncio.run(Streaming().room_for(BUFFER + 1))
