"""`hanmaru gateway dead ...`: messages that the bus refused for what they are."""

import asyncio
import getpass
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from hanmaru.bus.connect import connect_streams
from hanmaru.kernel.errors import Invalid, Refused
from hanmaru.launch import asking
from hanmaru.launch.commands.asked import settings_of

app = typer.Typer(
    no_args_is_help=True, help="Messages that the bus refused: look at them, send them again, mend or drop them."
)

Machine = Annotated[str, typer.Argument(help="The machine, as `hanmaru gateway list` names it.")]
Names = Annotated[list[str] | None, typer.Argument(help="Names of messages, as `dead list MACHINE` tells them.")]
All = Annotated[bool, typer.Option("--all", help="All of the machine's.")]


class UnreadableText(Invalid):
    """The file with what a message is to say cannot be read."""

    code = "launch.unreadable_text"
    message = "%(file)s cannot be read: %(why)s"


class NotMendable(Refused):
    """Nobody can mend this message by hand."""

    code = "launch.not_mendable"
    message = "%(name)s: %(why)s; it can be sent again or dropped"


class WhichMessages(Invalid):
    """Neither names nor --all, or both."""

    code = "launch.which_messages"
    message = "Give the names of messages or --all; `hanmaru gateway dead list %(machine)s` tells the names"


@app.command("list")
def list_command(
    context: typer.Context, machine: Annotated[str | None, typer.Argument(help="One machine's, each message.")] = None
) -> None:
    """List what the bus refused: how much of each machine, or one machine's messages with the reasons."""
    console = Console(highlight=False)
    if machine is None:
        table = Table("machine", "messages", box=None)
        for name, count in _ask(context, {"do": "dead"})["sources"].items():
            table.add_row(name, str(count))
        console.print(table)
        return
    table, first = Table("name", "read", "kind", "readings", "why", box=None), 0
    while True:
        found = _ask(context, {"do": "dead", "source": machine, "first": first})
        for one in found["letters"]:
            cells = (one["name"], one["at"], one["what"], str(one["rows"]), one["why"])
            table.add_row(*(cell.replace("[", r"\[") for cell in cells))
        first += len(found["letters"])
        if first >= found["kept"] or not found["letters"]:
            break
    console.print(table)
    if found["lost"]:
        console.print(f"The list was full: {found['lost']} more were lost", style="yellow")


@app.command("show")
def show(context: typer.Context, machine: Machine, name: str) -> None:
    """Show one message in full: its readings or its text."""
    letter = _ask(context, {"do": "dead_letter", "source": machine, "letter": name})["letter"]
    console = Console(highlight=False, soft_wrap=True)
    for field in ("name", "at", "subject", "bytes", "why"):
        console.print(f"{field:8} {letter[field]}", markup=False)
    if "text" in letter:
        console.print(letter["text"], markup=False)
    for row in letter.get("readings", []):
        value = row["number"] if row["text"] is None else row["text"]
        console.print(f"tag {row['tag']}  {row['source_time']}  {value}  quality {row['quality']}", markup=False)


@app.command("resend")
def resend(context: typer.Context, machine: Machine, names: Names = None, every: All = False) -> None:  # noqa: FBT002 - an option
    """Send messages again, once the reason is gone."""
    done = _ask(context, {"do": "resend", "source": machine, **_which(machine, names, every=every)})
    typer.echo(f"{done['resent']} sent again; what the bus refuses again comes back to the list")


@app.command("mend")
def mend(
    context: typer.Context,
    machine: Machine,
    name: str,
    file: Annotated[Path | None, typer.Argument(help="What it is to say, as JSON; - reads the input.")] = None,
) -> None:
    """Send what you made of a message in its place; without a file, print the JSON that may be changed."""
    if file is None:
        letter = _ask(context, {"do": "dead_letter", "source": machine, "letter": name})["letter"]
        if "form" not in letter:
            raise NotMendable(name=name, why=letter.get("unmendable", "its batch cannot be read"))
        typer.echo(letter["form"])
        return
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableText(file=file, why=error) from error
    question = {"do": "mend", "source": machine, "letter": name, "text": text, "by": f"{getpass.getuser()} (hanmaru)"}
    _ask(context, question)
    typer.echo("mended and sent; what it said before: hanmaru gateway dead mended " + machine)


@app.command("mended")
def mended(context: typer.Context, machine: Machine) -> None:
    """List what people mended, the newest first: what it said, what it says now, who did it."""
    console = Console(highlight=False, soft_wrap=True)
    for one in _ask(context, {"do": "mended", "source": machine})["mended"]:
        console.print(f"{one['name']}  {one['at']}  {one['by']}: {one['why']}", markup=False)
        console.print(f"before {one['before']}\nafter  {one['after']}", markup=False)


@app.command("drop")
def drop(context: typer.Context, machine: Machine, names: Names = None, every: All = False) -> None:  # noqa: FBT002 - an option
    """Forget messages for good."""
    done = _ask(context, {"do": "drop", "source": machine, **_which(machine, names, every=every)})
    typer.echo(f"{done['dropped']} dropped")


def _which(machine: str, names: list[str] | None, *, every: bool) -> dict[str, Any]:
    if bool(names) == every:
        raise WhichMessages(machine=machine)
    return {"all": True} if every else {"letters": names}


def _ask(context: typer.Context, question: dict[str, Any]) -> dict[str, Any]:
    settings = settings_of(context)
    return asyncio.run(_asked(asking.bus_url(settings), settings.node.site, question))


async def _asked(url: str, site: str, question: dict[str, Any]) -> dict[str, Any]:
    streams = connect_streams(url)
    try:
        return await asking.ask(streams, site, question)
    finally:
        await streams.close()
