"""The command line `hanmaru ...`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import hanmaru
from hanmaru.kernel.errors import HanmaruError
from hanmaru.launch.commands import (
    bus,
    curved,
    exporting,
    gateway,
    importing,
    processes,
    simulate,
    site,
    solve,
    solved,
    twin,
    up,
    user,
    verify,
)
from hanmaru.launch.commands.central import HANDED_OVER
from hanmaru.launch.commands.doctor import doctor
from hanmaru.launch.commands.reader import reader
from hanmaru.launch.settings import load

app = typer.Typer(
    name="hanmaru",
    help='Hanmaru (한마루, "one floor"): a small manufacturer\'s factory and warehouse as one system.',
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(up.demo)
app.command("up")(up.up)
app.command("web")(processes.web_process)
app.command("worker")(processes.worker_process)
app.command("historian")(processes.historian_process)
app.command("doctor")(doctor)
app.command("verify")(verify.verify)
app.add_typer(importing.app, name="import")
app.command("export", context_settings=HANDED_OVER)(exporting.export)
app.command("user", context_settings=HANDED_OVER)(user.user)
app.command("site", context_settings=HANDED_OVER)(site.site)
app.command("reader")(reader)
app.add_typer(bus.app, name="bus")
app.add_typer(simulate.app, name="simulate")
app.add_typer(twin.app, name="twin")
app.add_typer(gateway.app, name="gateway")
solved.add_to(solve.app)
curved.add_to(solve.app)
app.add_typer(solve.app, name="solve")


def _version(asked: bool) -> None:  # noqa: FBT001 - typer's call
    if asked:
        typer.echo(hanmaru.__version__)
        raise typer.Exit


@app.callback()
def begin(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(help="The settings file; else HANMARU_CONFIG, else hanmaru.toml here if there is one."),
    ] = None,
    version: Annotated[  # noqa: ARG001, FBT002 - an option, done by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Read the settings; every command begins so."""
    context.obj = load(config, os.environ)


def main() -> None:
    """Run the command line; what we refuse on purpose is said in one sentence, with exit status 1."""
    try:
        app()
    except HanmaruError as error:
        Console(stderr=True, highlight=False).print(str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
