"""``hanmaru site``: which site belongs to which company, at the command line of whoever runs the installation."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hanmaru.central.companies.queries import company, company_id_by_slug
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.plant import queries, services
from hanmaru.kernel.errors import HanmaruError


class Command(BaseCommand):
    """Lists the sites with their owners and gives a company a new one."""

    help = "Sites: list, add"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and for whom."""
        tasks = parser.add_subparsers(dest="task", required=True, metavar="TASK")
        tasks.add_parser("list", help="show every site with the company that it belongs to")
        add = tasks.add_parser("add", help="make a site, which belongs to that company for good")
        add.add_argument("name", help="name in addresses, such as seongsu: small letters, digits and -")
        add.add_argument("--company", required=True, help="the company's address name (slug)")
        add.add_argument("--label", help="what people call it; else the name")
        add.add_argument("--label-en", default="", help="the same in English")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do the task; what is refused is told in one sentence."""
        if options["task"] == "list":
            self._list()
            return
        company_id = company_id_by_slug(options["company"])
        if company_id is None:
            raise CommandError(f"No company has the address name {options['company']}.")
        name, label = options["name"], options["label"] or options["name"]
        try:
            with acting(company_id=company_id, source="hanmaru site"):
                services.add_site(name, label[:80], options["label_en"][:80], by_the_house=True)
        except HanmaruError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{name} belongs to {options['company']}.")

    def _list(self) -> None:
        for company_id, site in queries.every_site():
            with acting(company_id=company_id, source="hanmaru site"):
                self.stdout.write("\t".join([site.name, site.label, f"{company_id} {company().slug}"]))
