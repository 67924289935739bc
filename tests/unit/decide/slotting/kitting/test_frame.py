"""What a part of the plans allows, and what follows from it."""

from dataclasses import replace

import numpy as np
import pytest

from hanmaru.decide.slotting.kitting.filling import Prices
from hanmaru.decide.slotting.kitting.frame import Frame, settled
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
    frame = Frame(
        np.array([status, other]), np.array([least, 0.0]), np.array([most, 3.0]), Prices(np.zeros(1), np.zeros(2))
    )

    after = settled(frame)

    assert after.status.tolist() == [then, other]
    assert settled(after).status.tolist() == after.status.tolist()
    assert frame.status.tolist() == [status, other]
    assert replace(after, status=frame.status).least.tolist() == frame.least.tolist()
