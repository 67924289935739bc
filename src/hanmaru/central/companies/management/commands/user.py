"""``hanmaru user``: accounts, at the command line of whoever runs the installation."""

import getpass
import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hanmaru.central.companies import queries, services
from hanmaru.central.companies.access import Role
from hanmaru.central.companies.tenancy import acting
from hanmaru.kernel.errors import HanmaruError


class Command(BaseCommand):
    """Adds people, lists them, sets passwords, closes accounts, names platform operators."""

    help = "Accounts: add, list, password, close, platform-operator"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and with whom."""
        tasks = parser.add_subparsers(dest="task", required=True, metavar="TASK")
        add = tasks.add_parser("add", help="make an account that belongs to a company")
        add.add_argument("email")
        add.add_argument("--name", required=True, help="the person's name")
        add.add_argument("--company", required=True, help="the company's address name (slug)")
        add.add_argument("--role", action="append", choices=[*Role], help="may be given several times; else owner")
        add.add_argument("--language", choices=["ko", "en"], default="ko")
        tasks.add_parser("list", help="show every account with its companies and roles")
        password = tasks.add_parser("password", help="set a new password; opens a closed account")
        password.add_argument("email")
        close = tasks.add_parser("close", help="let a person in no more")
        close.add_argument("email")
        operator = tasks.add_parser("platform-operator", help="let a person see the list of companies")
        operator.add_argument("email")
        operator.add_argument("--no", action="store_true", help="take the right away")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do the task; what is refused is told in one sentence."""
        task = getattr(self, "_" + options["task"].replace("-", "_"))
        try:
            with acting(source="hanmaru user"):
                task(options)
        except HanmaruError as error:
            raise CommandError(str(error)) from None

    def _add(self, options: dict[str, Any]) -> None:
        company_id = queries.company_id_by_slug(options["company"])
        if company_id is None:
            raise CommandError(f"No company has the address name {options['company']}.")
        password = self._asked_password()
        services.add_person(
            company_id,
            options["role"] or [Role.OWNER],
            email=options["email"],
            name=options["name"],
            password=password,
            language=options["language"],
        )
        self.stdout.write(f"{options['email']} can log in now.")

    def _list(self, _options: dict[str, Any]) -> None:
        for user in queries.accounts():
            with acting(user_id=user.pk):
                places = [f"{one.company.slug}: {', '.join(one.roles)}" for one in queries.own_companies()]
            marks = [word for word, is_so in self._marks(user) if is_so]
            self.stdout.write("\t".join([user.email, user.name, "; ".join(places), ", ".join(marks)]).rstrip())

    @staticmethod
    def _marks(user: queries.User) -> list[tuple[str, bool]]:
        return [("closed", not user.is_active), ("platform operator", user.is_platform_operator)]

    def _password(self, options: dict[str, Any]) -> None:
        services.account(options["email"])
        user = services.reset_account(options["email"], self._asked_password())
        self.stdout.write(f"The password of {user.email} is changed; their sessions have ended.")

    def _close(self, options: dict[str, Any]) -> None:
        user = services.close_account(options["email"])
        self.stdout.write(f"{user.email} is let in no more.")

    def _platform_operator(self, options: dict[str, Any]) -> None:
        user = services.make_platform_operator(options["email"], allowed=not options["no"])
        self.stdout.write(f"{user.email} is {'no longer ' if options['no'] else ''}platform operator.")

    def _asked_password(self) -> str:
        """The password typed at a terminal or read from a pipe; a fresh one, printed, when nothing is typed."""
        typed = getpass.getpass("Password (empty: make one up): ") if sys.stdin.isatty() else sys.stdin.readline()
        password = typed.rstrip("\n")
        if not password:
            password = secrets.token_urlsafe(12)
            self.stdout.write(f"Password: {password}")
        return password
