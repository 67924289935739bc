"""Decimals as people write them, and the largest length of which several are multiples."""

from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm

WHOLE = 10**12
"""Whole numbers below it have no more than twelve digits."""


def exact(number: float) -> Fraction:
    """The decimal of twelve digits that was meant: 0.1 is a tenth, and so is 0.1 + 0.2 - 0.2."""
    if -WHOLE < number < WHOLE and number == int(number):
        return Fraction(int(number))  # the same, and many times as fast
    return Fraction(f"{number:.12g}")


def common(numbers: Iterable[Fraction]) -> Fraction:
    """The largest length of which all are multiples; 0 where all are 0."""
    numbers = list(numbers)
    below = lcm(*(number.denominator for number in numbers))
    return Fraction(gcd(*(int(number * below) for number in numbers)), below)
