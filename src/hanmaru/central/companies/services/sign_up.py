"""A company begins: the company, its owner and the owner's membership."""

from django.db import connection, transaction
from django.utils.text import slugify

from hanmaru.central.companies.models import Company, Membership, Role
from hanmaru.central.companies.services.passwords import create_user
from hanmaru.central.companies.tenancy import acting


def _fresh_company_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('companies_company', 'id'))")
        company_id: int = cursor.fetchone()[0]
    return company_id


def sign_up(*, company_name: str, person_name: str, email: str, password: str, language: str = "ko") -> Membership:
    """Make a company with its owner; the caller logs the person in.

    Raises:
        EmailTaken: the address has an account.
        WeakPassword: the password rules refuse it.
    """
    company_id = _fresh_company_id()
    # The policy lets a company write itself alone, so we act for it from before its first row.
    with transaction.atomic(), acting(company_id=company_id, user_id=None, device_id=None):
        user = create_user(name=person_name, email=email, password=password, language=language)
        with acting(user_id=user.pk):
            base = slugify(company_name)[:40] or "company"
            company = Company(pk=company_id, name=company_name.strip(), slug=f"{base}-{company_id}")
            company.save(force_insert=True)
            membership: Membership = Membership.objects.create(company=company, user=user, roles=[Role.OWNER])
            return membership
