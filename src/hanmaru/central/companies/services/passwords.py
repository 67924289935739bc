"""Accounts and their passwords."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hanmaru.central.companies.errors import EmailTaken, WeakPassword, WrongPassword
from hanmaru.central.companies.models import User


def check_strength(password: str, user: User | None = None) -> None:
    """Refuse a weak password: short, common, or like the person's name or address.

    Raises:
        WeakPassword: with advice, in the reader's language.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(advice=" ".join(error.messages)) from None


def create_user(*, name: str, email: str, password: str, language: str = "ko") -> User:
    """Make an account.

    Raises:
        EmailTaken: the address has an account, in whatever case it is written.
        WeakPassword: the password rules refuse it.
    """
    address = email.strip().lower()
    check_strength(password, User(email=address, name=name))
    try:
        with transaction.atomic():
            return User.objects.create_user(address, password, name=name.strip(), language=language)
    except IntegrityError:
        raise EmailTaken from None


def set_password(user: User, password: str) -> None:
    """Give the person a new password; their other sessions end by it.

    Raises:
        WeakPassword: the password rules refuse it.
    """
    check_strength(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])


def change_password(user: User, *, present: str, new: str) -> None:
    """Change one's own password.

    Raises:
        WrongPassword: the present one is wrong.
        WeakPassword: the password rules refuse the new one.
    """
    if not user.check_password(present):
        raise WrongPassword
    set_password(user, new)
