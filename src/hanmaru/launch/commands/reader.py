"""`hanmaru reader`: the client beside a tag reader."""

from pathlib import Path
from typing import Annotated

import typer


def reader(
    server: Annotated[str, typer.Option(help="Address of the warehouse, http://...", envvar="HANMARU_READER_SERVER")],
    token: Annotated[str, typer.Option(help="The device token of this reader.", envvar="HANMARU_READER_TOKEN")],
    port: Annotated[str | None, typer.Option(help="Serial port of the reader, such as /dev/ttyUSB0.")] = None,
    simulate: Annotated[float | None, typer.Option(help="Play a busy gate: sightings a second.")] = None,
    epc_file: Annotated[Path | None, typer.Option(help="Tags that the busy gate sees, one a line.")] = None,
    name: Annotated[str, typer.Option(help="What the reader is called, 1 to 64 characters.")] = "reader",
    outbox: Annotated[Path, typer.Option(help="Folder that keeps reads until the warehouse has them.")] = Path(
        "reader-outbox"
    ),
    outbox_reads: Annotated[int, typer.Option(help="How many reads it keeps at most.")] = 100_000,
    window: Annotated[float, typer.Option(help="Seconds within which a tag seen again counts as one read.")] = 3.0,
    seed: Annotated[int | None, typer.Option(help="Makes a simulation repeatable.")] = None,
) -> None:
    """Report what a tag reader sees, or a simulated busy gate, and show where the goods are to be put."""
    from hanmaru.gateway.reader.main import Options, run  # noqa: PLC0415 - other commands need not pay for it

    options = Options(
        server=server,
        token=token,
        outbox=outbox,
        reader=name,
        port=port,
        simulate=simulate,
        epc_file=epc_file,
        window_s=window,
        outbox_reads=outbox_reads,
        seed=seed,
    )
    raise typer.Exit(run(options))
