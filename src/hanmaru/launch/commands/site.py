"""`hanmaru site`."""

import typer

from hanmaru.launch.commands.central import hand_over


def site(context: typer.Context) -> None:
    """Say which company a site belongs to, or give a company one; --help tells its options."""
    hand_over(context, "site")
