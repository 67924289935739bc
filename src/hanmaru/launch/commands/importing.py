"""`hanmaru import ...`."""

import typer

from hanmaru.launch.commands.central import HANDED_OVER, hand_over

app = typer.Typer(no_args_is_help=True, help="Take in data from a file.")


@app.command("products", context_settings=HANDED_OVER)
def products(context: typer.Context) -> None:
    """Products from a CSV or Excel file; --help tells its options."""
    hand_over(context, "import_products")


@app.command("online-retail", context_settings=HANDED_OVER)
def online_retail(context: typer.Context) -> None:
    """A year of orders of a real merchant (the Online Retail data set); --help tells its options."""
    hand_over(context, "import_online_retail")
