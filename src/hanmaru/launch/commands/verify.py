"""`hanmaru verify`."""

import typer

from hanmaru.launch.commands.central import hand_over


def verify(context: typer.Context) -> None:
    """Recompute balances from moves and name every difference; exit status 1 when there is one."""
    hand_over(context, "verify")
