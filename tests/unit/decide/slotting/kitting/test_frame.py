"""What a part of the plans allows, and what follows from it."""

from dataclasses import replace

import numpy as np
import pytest

from hanmaru.decide.slotting.kitting.filling import Prices
from hanmaru.decide.slotting.kitting.frame import Frame, counted, every, settled
from hanmaru.decide.slotting.kitting.served import IN, OPEN, OUT


@pytest.mark.parametrize(
    ("status", "least", "most", "then"),
    [
        ([OPEN, OPEN, OPEN], 1, 3, [OPEN, OPEN, OPEN]),
        ([IN, OPEN, OPEN], 1, 1, [IN, OUT, OUT]),
        ([IN, OPEN, OPEN], 1, 2, [IN, OPEN, OPEN]),
        ([OUT, OPEN, OPEN], 2, 3, [OUT, IN, IN]),
        ([OUT, OUT, OPEN], 1, 1, [OUT, OUT, IN]),
        ([OPEN, OPEN, OPEN], 3, 3, [IN, IN, IN]),
    ],
)
def test_a_model_enters_no_more_aisles_than_it_may_and_all_it_must(status, least, most, then):
    other = [OPEN, IN, OUT]
    prices = Prices(np.zeros(1), np.zeros(2))
    frame = Frame(np.array([status, other]), every(2, 3), np.array([least, 0.0]), np.array([most, 3.0]), prices)

    after = settled(frame)

    assert after.status.tolist() == [then, other]
    assert settled(after).status.tolist() == after.status.tolist()
    assert frame.status.tolist() == [status, other]
    assert replace(after, status=frame.status).least.tolist() == frame.least.tolist()


def test_some_aisles_are_counted_once_and_ever_more_closely():
    prices = Prices(np.zeros(1), np.array([4.0, 5.0]))
    frame = Frame(np.full((2, 4), OPEN), every(2, 4), np.ones(2), np.full(2, 4.0), prices)
    farther = np.array([False, True, True, True])

    once = counted(frame, 1, farther, 0.0, 2.0)
    closer = counted(once, 1, farther, 2.0, 4.0)
    shut = counted(closer, 0, np.array([False, False, True, True]), 0.0, 0.0)

    assert (once.least.tolist(), once.most.tolist()) == ([1, 1, 0], [4, 4, 2])
    assert once.prices.extra.tolist() == [4, 5, 0]
    assert (once.status == OPEN).all()
    assert (closer.least.tolist(), closer.most.tolist()) == ([1, 1, 2], [4, 4, 2])
    assert closer.spans.over.tolist() == once.spans.over.tolist()
    assert shut.status.tolist() == [[OPEN, OPEN, OUT, OUT], [OPEN] * 4]
    assert (len(frame.least), len(once.least), len(shut.least)) == (2, 3, 4)


def test_what_must_enter_all_farther_aisles_is_in():
    prices = Prices(np.zeros(1), np.zeros(1))
    frame = Frame(np.array([[OPEN, OUT, OPEN]]), every(1, 3), np.ones(1), np.full(1, 3.0), prices)
    assert counted(frame, 0, np.array([False, True, True]), 1.0, 3.0).status.tolist() == [[OPEN, OUT, IN]]
