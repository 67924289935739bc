"""`hanmaru export`."""

import typer

from hanmaru.launch.commands.central import hand_over


def export(context: typer.Context) -> None:
    """Everything of one company, as files; --help tells its options."""
    hand_over(context, "export_company")
