"""`hanmaru doctor`."""

import typer
from rich.console import Console
from rich.table import Table

from hanmaru.launch.commands.asked import settings_of
from hanmaru.launch.doctor import examine, versions


def doctor(context: typer.Context) -> None:
    """Tell versions, settings in effect and how each service is; exit status 1 when something is not well."""
    settings = settings_of(context)
    console = Console(highlight=False)
    console.print("  ".join(f"{name} {number}" for name, number in versions().items()), style="dim")
    table = Table("setting", "value", "variable", box=None)
    for one in settings.told():
        table.add_row(one.name, one.shown or "(not set)", one.variable)
    console.print(table)
    all_well = True
    for finding in examine(settings):
        sign, colour = ("well ", "green") if finding.well else ("WRONG", "red")
        console.print(f"[{colour}]{sign}[/{colour}]  {finding.subject}: ", end="")
        console.print(finding.told, markup=False, soft_wrap=True)
        if not finding.well:
            console.print(f"       {finding.remedy}", style="yellow", markup=False, soft_wrap=True)
            all_well = False
    raise typer.Exit(0 if all_well else 1)
