"""Sensors: noise, steps, and their faults."""

import math

import numpy as np
import pytest

from hanmaru.twin.physics.sensor import Sensors, Signal
from hanmaru.twin.truth import Value

SIGNALS = [Signal("t", "온도", "T", noise=0.5, resolution=0.1, high=100), Signal("n", "수", "N", "integer")]


def said(sensors: Sensors, seconds: float, true: float = 20.0) -> Value:
    return sensors.measure({"t": true, "n": 4}, seconds)["t"]


def test_noise_and_steps_are_those_of_the_sensor() -> None:
    sensors = Sensors(SIGNALS, 1)
    values = np.array([said(sensors, 0) for _ in range(4000)], float)
    assert values.mean() == pytest.approx(20, abs=0.05)
    assert values.std() == pytest.approx(0.5, abs=0.03)
    assert np.allclose(values * 10, np.round(values * 10))
    assert sensors.measure({"t": 1.0, "n": 4}, 0)["n"] == 4


def test_stuck_drifting_and_not_a_number() -> None:
    sensors = Sensors(SIGNALS, 1)
    last = said(sensors, 0)
    sensors.stuck.add("t")
    assert said(sensors, 10, true=90.0) == last
    sensors.stuck.clear()
    sensors.drifting["t"] = 0.0
    drifted = said(sensors, 7200)
    assert isinstance(drifted, float)
    assert drifted == pytest.approx(24, abs=2), "2 % of the range an hour"
    sensors.drifting.clear()
    sensors.not_a_number.add("t")
    nothing = said(sensors, 0)
    assert isinstance(nothing, float)
    assert math.isnan(nothing)
