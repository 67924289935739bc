"""`hanmaru web`, `worker` and `historian`: single processes, for more than `up` starts or for other machines."""

import os
from typing import Annotated

import typer

from hanmaru.launch import services
from hanmaru.launch.commands.asked import settings_of
from hanmaru.launch.settings import load


def web_process(context: typer.Context) -> None:
    """Run one more web process, on a port of its own."""
    with services.reached(settings_of(context)) as environment:
        os.environ.update(environment)
        from hanmaru.launch import web  # noqa: PLC0415 - other commands need not pay for its imports

        web.serve_alone(load(None, os.environ))


def worker_process(
    context: typer.Context,
    *,
    searches: Annotated[bool, typer.Option("--searches", help="Search for plans, and do no other jobs.")] = False,
) -> None:
    """Run one more worker for background jobs."""
    with services.reached(settings_of(context)) as environment:
        os.environ.update(environment)
        from hanmaru.launch import worker  # noqa: PLC0415 - as above

        (worker.search if searches else worker.work)(load(None, os.environ))


def historian_process(context: typer.Context) -> None:
    """Run the historian alone: it keeps the readings of the site and answers questions about them."""
    with services.reached(settings_of(context)) as environment:
        os.environ.update(environment)
        from hanmaru.launch import historian  # noqa: PLC0415 - as above

        historian.keep(load(None, os.environ))
