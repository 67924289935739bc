"""`hanmaru user`."""

import typer

from hanmaru.launch.commands.central import hand_over


def user(context: typer.Context) -> None:
    """Make a person, or set a password; --help tells its options."""
    hand_over(context, "user")
