"""The virtual plant's time."""

import pytest

from hanmaru.twin.clock import VirtualClock


def test_time_goes_on_from_where_it_is_at_another_pace():
    real = [100.0]
    clock = VirtualClock(speed=5, ticks=lambda: real[0])
    real[0] += 4

    clock.pace(20)
    assert clock.seconds() == pytest.approx(20)
    real[0] += 1

    assert clock.seconds() == pytest.approx(40)
    assert clock.real(40) == pytest.approx(2)
