"""Every write to companies and people."""

from hanmaru.central.companies.services.log_in import check_login
from hanmaru.central.companies.services.numbers import next_number
from hanmaru.central.companies.services.passwords import change_password
from hanmaru.central.companies.services.sign_up import sign_up

__all__ = ["change_password", "check_login", "next_number", "sign_up"]
