"""`hanmaru twin`: the virtual plant."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(invoke_without_command=True, no_args_is_help=False, help="Run a virtual plant with real protocols.")

Folder = Annotated[Path, typer.Option(help="Folder for its ports, its files and its configuration.")]
HERE = Path(".hanmaru/twin")


@app.callback()
def twin(
    context: typer.Context,
    folder: Folder = HERE,
    speed: Annotated[
        float, typer.Option(min=0.1, max=1000, help="How many times as fast as ours its time goes.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same plant.")] = 1,
    fault: Annotated[list[str] | None, typer.Option(help="A fault to begin with; may be given again.")] = None,
    every: Annotated[float, typer.Option(min=0.05, max=60, help="Seconds between two looks at its sensors.")] = 1.0,
    log: Annotated[Path | None, typer.Option(help="File for every value that its devices offered.")] = None,
    broker: Annotated[
        str | None, typer.Option(envvar="HANMARU_TWIN_BROKER", help="MQTT broker, mqtt://user:password@host:1883.")
    ] = None,
) -> None:
    """Run a virtual plant whose machines are read through their real protocols, until Ctrl-C."""
    if context.invoked_subcommand is not None:
        return
    from hanmaru.twin.plant.run import Options, broker_of, run  # noqa: PLC0415 - other commands need not pay for it

    options = Options(
        folder=folder, speed=speed, seed=seed, every=every, faults=tuple(fault or ()), log=log,
        broker=broker_of(broker) if broker else None,
    )  # fmt: skip

    def ready(addresses: dict[str, str]) -> None:
        for name, address in addresses.items():
            typer.echo(f"{name:14} {address}")
        typer.echo(f"{'configuration':14} {folder / 'seongsu.toml'}")

    run(options, ready)


@app.command("fault")
def fault_command(
    name: Annotated[str, typer.Argument(help="Name of the fault, =machine/signal after one of a sensor.")],
    state: Annotated[str, typer.Argument(help="on or off")],
    folder: Folder = HERE,
) -> None:
    """Switch a fault of the plant that runs."""
    from hanmaru.twin.plant.run import ask  # noqa: PLC0415 - other commands need not pay for it

    answer = ask(folder, f"fault {name} {state}")
    typer.echo(answer.removeprefix("! "), err=answer.startswith("!"))
    raise typer.Exit(int(answer.startswith("!")))


@app.command("faults")
def faults_command() -> None:
    """List what can be broken on purpose."""
    from hanmaru.twin.plant.faults import known  # noqa: PLC0415 - other commands need not pay for it

    for name, target, words in known():
        typer.echo(f"{name:22} {target:24} {words}")
