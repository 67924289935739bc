"""``hanmaru verify``: balances against moves, reserved figures against reservations, for every company."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from hanmaru.central.companies.queries import company_ids
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.stock.queries import verify


class Command(BaseCommand):
    """Names every difference and ends with exit code 1 when there is one."""

    help = "Recompute stock from its moves and name every difference"

    def handle(self, *_: Any, **__: Any) -> None:
        """Check each company in turn."""
        count = 0
        companies = company_ids()
        for company_id in companies:
            with acting(company_id=company_id, source="hanmaru verify"):
                for difference in verify():
                    count += 1
                    self.stdout.write(f"company {company_id}: {difference}")
        self.stdout.write(f"{len(companies)} companies verified, {count} differences")
        if count:
            sys.exit(1)
