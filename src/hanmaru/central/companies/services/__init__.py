"""Every write to companies and people."""

from hanmaru.central.companies.services.numbers import next_number
from hanmaru.central.companies.services.sign_up import sign_up

__all__ = ["next_number", "sign_up"]
