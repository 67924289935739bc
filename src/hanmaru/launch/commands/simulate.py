"""`hanmaru simulate ...`."""

import typer

from hanmaru.launch.commands.central import HANDED_OVER, hand_over

app = typer.Typer(no_args_is_help=True, help="Let the system work by itself, through the same services as the pages.")


@app.callback()
def simulate() -> None:
    """Let the system work by itself, through the same services as the pages."""


@app.command("fulfilment", context_settings=HANDED_OVER)
def fulfilment(context: typer.Context) -> None:
    """Receive, pick, pack and ship what has been ordered; --help tells its options."""
    hand_over(context, "simulate_fulfilment")
