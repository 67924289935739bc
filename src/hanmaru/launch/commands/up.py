"""`hanmaru up` and `hanmaru demo`: the whole system on this machine."""

from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel

from hanmaru.launch.commands.asked import settings_of
from hanmaru.launch.settings import Settings
from hanmaru.launch.up import Progress
from hanmaru.launch.up import up as start_everything

Host = Annotated[str | None, typer.Option(help="Address to listen on; 0.0.0.0 for other machines too.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; the next free one is taken when it is not.")]
Processes = Annotated[int | None, typer.Option(help="How many web processes.")]


def up(context: typer.Context, host: Host = None, port: Port = None, processes: Processes = None) -> None:
    """Start the whole system and keep it running until Ctrl-C."""
    start_everything(_settings(context, host, port, processes), _progress())


def demo(context: typer.Context, host: Host = None, port: Port = None, processes: Processes = None) -> None:
    """Start the whole system with a made-up workshop's data."""
    start_everything(_settings(context, host, port, processes), _progress(), demo=True)


def _settings(context: typer.Context, host: str | None, port: int | None, processes: int | None) -> Settings:
    """Let the command's options override the settings."""
    settings = settings_of(context)
    web = settings.web
    web = replace(web, host=host or web.host, port=web.port if port is None else port)
    return replace(settings, web=replace(web, processes=web.processes if processes is None else processes))


def _progress() -> Progress:
    console = Console(highlight=False)

    def ready(url: str) -> None:
        console.print(
            Panel(f"[bold]Hanmaru runs:  {url}[/bold]\n\nStop it with Ctrl-C.", expand=False, border_style="green")
        )

    return Progress(
        step=lambda text: console.print(text, style="dim"),
        ready=ready,
        tell=lambda text: console.print(text, style="yellow"),
    )
