"""`hanmaru gateway ...`: machines and what is read from them."""

import asyncio
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from hanmaru.bus.connect import connect_streams
from hanmaru.kernel.errors import HanmaruError, Invalid, Refused
from hanmaru.launch import asking, services
from hanmaru.launch.commands import refused
from hanmaru.launch.commands.asked import settings_of
from hanmaru.launch.settings import load

app = typer.Typer(no_args_is_help=True, help="Look at machines, connect them, see how they fare.")
app.add_typer(refused.app, name="dead")


class UnreadablePlant(Invalid):
    """A configuration file of a plant that cannot be read."""

    code = "launch.unreadable_plant"
    message = "%(file)s cannot be read: %(why)s"


class PlantOfAnotherSite(Refused):
    """A file that is meant for another site than the one this node serves."""

    code = "launch.plant_of_another_site"
    message = (
        "%(file)s is for the site %(theirs)s, and this node serves %(ours)s: nothing was changed. "
        "Where %(theirs)s is meant, set HANMARU_SITE=%(theirs)s"
    )


@app.callback()
def gateway() -> None:
    """Look at machines, connect them, see how they fare."""


@app.command("browse")
def browse(
    url: Annotated[str, typer.Argument(help="Address of the device: opcua://host:4840, modbus://host, file:///path.")],
    address: Annotated[str, typer.Option(help="Look below this address.")] = "",
    depth: Annotated[int, typer.Option(min=1, max=20, help="How many levels deep.")] = 3,
) -> None:
    """List what a device has to tell. Nothing is stored, and no running system is needed."""
    from hanmaru.gateway.drivers import from_url  # noqa: PLC0415 - other commands need not pay for it
    from hanmaru.gateway.probe import ask  # noqa: PLC0415 - as above

    protocol, config = from_url(url)
    question = {"do": "browse", "protocol": protocol, "config": config, "address": address, "depth": depth}
    found = asyncio.run(ask(question))
    if error := found.get("error"):
        raise asking.GatewayRefused(words=error["words"])
    table = Table("name", "address", "type", "value", "unit", box=None)
    for node in found["nodes"]:
        kind = node["type"] if node["kind"] == "point" else node["kind"]
        cells = ("  " * node["level"] + node["name"], node["address"], kind, node["value"], node["unit"])
        table.add_row(*(cell.replace("[", r"\[") for cell in cells))
    console = Console(highlight=False)
    console.print(table)
    if found["more"]:
        console.print("There is more: look deeper with --depth, or below one address with --address", style="yellow")


@app.command("apply")
def apply(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="TOML: [[assets]], [[sources]] and [[tags]].")],
) -> None:
    """Connect the machines that a file names; a machine is stored once it has answered. Nothing is removed."""
    settings, plant = settings_of(context), _read(file)
    site = settings.node.site
    if (theirs := plant.get("site", site)) != site:
        raise PlantOfAnotherSite(file=file, theirs=theirs, ours=site)
    failed = asyncio.run(_apply(asking.bus_url(settings), site, plant))
    raise typer.Exit(1 if failed else 0)


@app.command("list")
def list_command(context: typer.Context) -> None:
    """List the machines of the site, and how each fares."""
    settings = settings_of(context)
    sources, states = asyncio.run(asking.sources_and_states(asking.bus_url(settings), settings.node.site))
    table = Table("machine", "driver", "state", "readings/s", "tags", "waiting", "last error", box=None)
    for source in sources:
        state = states.get(source["name"], {})
        table.add_row(
            source["name"],
            source["protocol"],
            state.get("state", "says nothing" if source["enabled"] else "rests"),
            f"{state.get('rate', 0):g}",
            str(len(source["tags"])),
            str(state.get("outbox", {}).get("rows", "")),
            ((state.get("error") or {}).get("words") or "").replace("[", r"\["),
        )
    Console(highlight=False).print(table)


@app.command("new-driver")
def new_driver(
    name: Annotated[str, typer.Argument(help="Name of the driver: small letters and digits.")],
    into: Annotated[Path, typer.Option(help="The repository.")] = Path(),
) -> None:
    """Write the folder of a new driver, its bench and its tests; what is to be done fails until it is."""
    from hanmaru.launch.new_driver import write  # noqa: PLC0415 - other commands need not pay for it

    for path in write(name, into):
        typer.echo(path)


@app.command("run")
def run(context: typer.Context) -> None:
    """Run the gateway alone: it reads the machines of the site; for a machine of its own beside them."""
    with services.reached(settings_of(context)) as environment:
        os.environ.update(environment)
        from hanmaru.launch import gateway as process  # noqa: PLC0415 - other commands need not pay for its imports

        process.host(load(None, os.environ))


def _read(file: Path) -> dict[str, Any]:
    try:
        plant = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadablePlant(file=file, why=error) from error
    known = {"site", "assets", "sources", "tags"}
    if unknown := plant.keys() - known:
        raise UnreadablePlant(
            file=file, why=f"there is no part {', '.join(sorted(unknown))}; there are {sorted(known)}"
        )
    names = [source.get("name") for source in plant.get("sources", [])]
    for tag in plant.get("tags", []):
        if tag.get("source") not in names:
            raise UnreadablePlant(file=file, why=f"the tag {tag.get('name')} is of {tag.get('source')}, no source here")
    return plant


async def _apply(url: str, site: str, plant: dict[str, Any]) -> int:
    """Hand a plant to the gateway, machine by machine; answer how many were refused."""
    console, failed = Console(highlight=False), 0
    streams = connect_streams(url)
    try:
        if assets := plant.get("assets"):
            await asking.ask(streams, site, {"do": "assets", "assets": assets})
        for source in plant.get("sources", []):
            tags = [tag for tag in plant.get("tags", []) if tag["source"] == source["name"]]
            try:
                stored = await asking.ask(streams, site, {"do": "store", **source, "tags": tags})
                console.print(f"{source['name']}: connected, {len(stored['tags'])} tags")
            except HanmaruError as error:
                failed += 1
                console.print(f"{source['name']}: {error}", style="red", markup=False)
    finally:
        await streams.close()
    return failed
