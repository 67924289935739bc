"""Who is acting, for which company: kept beside the request and told to PostgreSQL.

Isolation has two locks. The ORM's managers filter by the company in the context; behind them PostgreSQL's
row-level security (policies made by :mod:`hanmaru.central.companies.protection`) compares every row with the session
variable ``hanmaru.company``, under a role that cannot bypass it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, models
from django.db.transaction import TransactionManagementError

from hanmaru.kernel.errors import HanmaruError


class NoCompany(HanmaruError):
    """Company data was asked for while nobody acts for a company: a programming error."""

    code = "no-company"
    status = 500
    message = "No company is chosen"


@dataclass(frozen=True)
class Acting:
    """Who does what is done now. Ids are primary keys; ``source`` is an address or the name of a command."""

    company_id: int | None = None
    user_id: int | None = None
    device_id: int | None = None
    source: str = ""


_acting: ContextVar[Acting] = ContextVar("hanmaru_acting", default=Acting())  # noqa: B039 -- Acting is frozen


def acting_now() -> Acting:
    """Who acts in this context."""
    return _acting.get()


def current_company_id() -> int:
    """The acting company's id.

    Raises:
        NoCompany: nobody acts for a company here.
    """
    company_id = _acting.get().company_id
    if company_id is None:
        raise NoCompany
    return company_id


def _tell_database(acting: Acting) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('hanmaru.company', %s, false), set_config('hanmaru.user', %s, false),"
            " set_config('hanmaru.device', %s, false), set_config('hanmaru.source', %s, false)",
            [str(acting.company_id or ""), str(acting.user_id or ""), str(acting.device_id or ""), acting.source[:200]],
        )


@contextmanager
def acting(**changes: Any) -> Iterator[Acting]:
    """Act as someone else within the block; keywords are the fields of :class:`Acting`."""
    now = replace(_acting.get(), **changes)
    _tell_database(now)
    with _remembered(now):
        yield now


@contextmanager
def acting_person(user_id: int, wanted_company: int | None, source: str) -> Iterator[Acting]:
    """Act as a person for the wanted company, if they belong to it, or else the first they belong to, or none.

    One statement, since every page begins with it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT hanmaru_enter(%s, %s, %s)", [user_id, wanted_company, source[:200]])
        company_id: int | None = cursor.fetchone()[0]
    now = Acting(company_id=company_id, user_id=user_id, source=source)
    with _remembered(now):
        yield now


@contextmanager
def acting_token(company_id: int, token_id: int, source: str) -> Iterator[tuple[Any, ...] | None]:
    """Act as the device of a token, and have the token's row; whoever calls checks the secret before all else.

    The row is (secret_hash, name, scopes, revoked_at, expires_at, last_used_at), None when there is no such token. One
    statement, since every call of the API begins with it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM hanmaru_enter_device(%s, %s, %s)", [company_id, token_id, source[:200]])
        row: tuple[Any, ...] | None = cursor.fetchone()
    with _remembered(Acting(company_id=company_id, device_id=token_id, source=source)):
        yield row


@contextmanager
def _remembered(now: Acting) -> Iterator[None]:
    """Remember what the database was told already, and tell it what was before at the end."""
    before = _acting.get()
    token = _acting.set(now)
    try:
        yield
    finally:
        _acting.reset(token)
        try:
            _tell_database(before)
        except (DatabaseError, InterfaceError, TransactionManagementError):
            # Within a transaction that has failed, its rollback takes the variables back by itself. Otherwise the line
            # to the database is broken: it is given up, so that nobody comes to act for this company on it.
            if not connection.in_atomic_block:
                connection.close()


class CompanyManager(models.Manager[Any]):
    """Rows of the acting company only."""

    def get_queryset(self) -> models.QuerySet[Any]:
        """Rows whose company is the one acting; raises :class:`NoCompany` when nobody acts."""
        return super().get_queryset().filter(company_id=current_company_id())


def company_column(*, db_index: bool = True) -> models.ForeignKey[Any, Any]:
    """The column that says whose a row is; without an index of its own where others begin with it."""
    return models.ForeignKey(
        "companies.Company",
        on_delete=models.PROTECT,
        default=current_company_id,
        editable=False,
        related_name="+",
        db_index=db_index,
    )


class CompanyOwned(models.Model):
    """A row that belongs to one company. Its table is protected in the app's migrations."""

    company = company_column()

    objects = CompanyManager()
    unfiltered = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "unfiltered"
