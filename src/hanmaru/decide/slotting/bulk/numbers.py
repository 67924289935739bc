"""Decimals as people write them, and the largest length of which several are multiples."""

from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm


def exact(number: float) -> Fraction:
    """The decimal of twelve digits that was meant: 0.1 is a tenth, and so is 0.1 + 0.2 - 0.2."""
    return Fraction(f"{number:.12g}")


def common(numbers: Iterable[Fraction]) -> Fraction:
    """The largest length of which all are multiples; 0 where all are 0."""
    numbers = list(numbers)
    below = lcm(*(number.denominator for number in numbers))
    return Fraction(gcd(*(int(number * below) for number in numbers)), below)
