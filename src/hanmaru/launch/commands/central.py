"""Commands whose work is done by central: this hands them over, with the services they need.

While `hanmaru up` runs they use its services, otherwise embedded ones are started for as long as the command takes.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from hanmaru.launch import services
from hanmaru.launch.commands.asked import settings_of
from hanmaru.launch.settings import Settings
from hanmaru.launch.telling import telling_pages

# Central's own parser reads the rest of the line: it says what a command takes in one place.
HANDED_OVER = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


@contextmanager
def central(settings: Settings) -> Iterator[None]:
    """Have Django set up on running services."""
    with services.reached(settings) as environment:
        os.environ.update(environment, HANMARU_LOG_LEVEL="WARNING")  # what they have to say they print
        import django  # noqa: PLC0415 - costs a second that other commands need not pay

        django.setup()
        with telling_pages(environment):
            yield


def hand_over(context: typer.Context, command: str, *arguments: str) -> None:
    """Run a management command of central with arguments and what else stood on the line."""
    rest = [*arguments, *context.args]
    if "--help" in rest:
        os.environ.update(DJANGO_SETTINGS_MODULE="hanmaru.central.settings", HANMARU_LOG_LEVEL="WARNING")
        import django  # noqa: PLC0415 - as above

        django.setup()
        _run(command, rest)
    with central(settings_of(context)):
        _run(command, rest)


def _run(command: str, arguments: list[str]) -> None:
    from django.core.management import ManagementUtility  # noqa: PLC0415 - as above

    utility = ManagementUtility(["hanmaru", command, *arguments])
    utility.fetch_command(command).run_from_argv(["hanmaru", command, *arguments])
