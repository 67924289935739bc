"""Numbers that count up within a company: variants, orders, deliveries, serial numbers of tags."""

from django.db import connection

from hanmaru.central.companies.tenancy import current_company_id


def next_number(series: str, count: int = 1) -> int:
    """The first of ``count`` fresh numbers of the series, from 1; numbers are never given twice.

    The row is locked until the caller's transaction ends, so take numbers late.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO companies_counter (company_id, series, last) VALUES (%s, %s, %s)"
            " ON CONFLICT ON CONSTRAINT one_counter_a_series DO UPDATE"
            " SET last = companies_counter.last + EXCLUDED.last"
            " RETURNING last",
            [current_company_id(), series, count],
        )
        last: int = cursor.fetchone()[0]
    return last - count + 1
