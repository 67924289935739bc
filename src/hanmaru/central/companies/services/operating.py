"""What whoever runs the installation does at its command line."""

from collections.abc import Collection

from django.db import transaction

from hanmaru.central.companies.errors import NoAccount
from hanmaru.central.companies.models import Membership, User
from hanmaru.central.companies.services.passwords import create_user, set_password
from hanmaru.central.companies.services.people import known_roles
from hanmaru.central.companies.tenancy import acting


def account(email: str) -> User:
    """The account with this address. Raises NoAccount."""
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        raise NoAccount(email=email) from None


def add_person(
    company_id: int, roles: Collection[str], *, email: str, name: str, password: str, language: str = "ko"
) -> Membership:
    """Make an account that belongs to a company.

    Raises:
        NoRole: no role was chosen.
        EmailTaken, WeakPassword: no account can be made.
    """
    with transaction.atomic(), acting(company_id=company_id):
        chosen = known_roles(roles)
        user = create_user(name=name, email=email, password=password, language=language)
        membership: Membership = Membership.objects.create(user=user, roles=chosen)
        return membership


def reset_account(email: str, password: str) -> User:
    """Set anybody's password, and open a closed account; their sessions end.

    Raises:
        NoAccount: nobody has this address.
        WeakPassword: the password rules refuse it.
    """
    user = account(email)
    with transaction.atomic(), acting(user_id=user.pk):
        set_password(user, password)
        User.objects.filter(pk=user.pk).update(is_active=True)
    return user


def close_account(email: str) -> User:
    """Let the person in no more; what they did keeps their name. Raises NoAccount."""
    user = account(email)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return user


def make_platform_operator(email: str, *, allowed: bool = True) -> User:
    """Let a person see the list of companies of this installation, or no longer. Raises NoAccount."""
    user = account(email)
    User.objects.filter(pk=user.pk).update(is_platform_operator=allowed)
    return user
