"""``hanmaru simulate fulfilment``: work a year of orders through the house, then verify the stock."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from hanmaru.central.companies.queries import company_id_by_slug, company_ids
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.stock.queries import verify
from hanmaru.central.warehouse.simulation.run import Progress, simulate


class Command(BaseCommand):
    """Receives, puts away, reserves, picks, packs, ships and takes back, by the services that the pages use."""

    help = "Work the open orders through receive, pick, pack and ship; verify at the end"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which company, how much of it."""
        parser.add_argument("--company", help="the company's address name (slug); may be left out when there is one")
        parser.add_argument("--limit", type=int, help="only the oldest so many orders")
        parser.add_argument("--seed", type=int, default=1, help="of the chance in stowing and lateness")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Simulate and print what was done."""
        console = Console(file=self.stdout)  # type: ignore[arg-type]  # a text stream by another name
        with acting(company_id=_company(options["company"]), source="hanmaru simulate fulfilment"):
            done = _run(console, options["limit"], options["seed"])
            console.print(
                f"{done.orders:,} orders, {done.shipped:,} shipments, {done.received_lines:,} lines received, "
                f"{done.returns:,} returns taken back, {done.returns_waiting:,} still waiting"
            )
            differences = verify()
        for difference in differences:
            console.print(str(difference))
        console.print(f"verify: {len(differences)} differences")
        if differences:
            raise CommandError("The stock does not follow from its moves.")


def _run(console: Console, limit: int | None, seed: int) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("orders", total=None)

        def watch(progress: Progress) -> None:
            day = f"{progress.today:%Y-%m-%d}" if progress.today else "orders"
            bar.update(task, description=day, completed=progress.orders, total=progress.total)

        return simulate(watch, limit=limit, seed=seed)


def _company(slug: str | None) -> int:
    """The company meant. Raises CommandError when that is not clear."""
    if slug:
        found = company_id_by_slug(slug)
        if found is None:
            raise CommandError(f"There is no company {slug}.")
        return found
    ids = company_ids()
    if len(ids) != 1:
        raise CommandError(f"There are {len(ids)} companies: say which by --company.")
    return ids[0]
