"""What was asked on the command line for all commands alike."""

import typer

from hanmaru.launch.settings import Settings


def settings_of(context: typer.Context) -> Settings:
    """Answer the settings that the call began with."""
    settings = context.obj
    if not isinstance(settings, Settings):
        raise TypeError(type(settings))
    return settings
