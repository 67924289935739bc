"""Every write to companies and people."""

from hanmaru.central.companies.models import Role, TextSize
from hanmaru.central.companies.services.account import remember_look, update_profile
from hanmaru.central.companies.services.company import update_company
from hanmaru.central.companies.services.log_in import check_login
from hanmaru.central.companies.services.numbers import next_number
from hanmaru.central.companies.services.operating import (
    account,
    add_person,
    close_account,
    make_platform_operator,
    reset_account,
)
from hanmaru.central.companies.services.passwords import change_password, create_user, set_password
from hanmaru.central.companies.services.people import (
    change_roles,
    invite,
    join,
    join_as_new,
    open_invitation,
    remove,
    revoke_invitation,
)
from hanmaru.central.companies.services.resets import make_reset_link, open_reset, reset_password
from hanmaru.central.companies.services.sign_up import sign_up
from hanmaru.central.companies.services.tokens import authenticate, issue_token, revoke_token

__all__ = [
    "Role",
    "TextSize",
    "account",
    "add_person",
    "authenticate",
    "change_password",
    "change_roles",
    "check_login",
    "close_account",
    "create_user",
    "invite",
    "issue_token",
    "join",
    "join_as_new",
    "make_platform_operator",
    "make_reset_link",
    "next_number",
    "open_invitation",
    "open_reset",
    "remember_look",
    "remove",
    "reset_account",
    "reset_password",
    "revoke_invitation",
    "revoke_token",
    "set_password",
    "sign_up",
    "update_company",
    "update_profile",
]
