"""Under which subjects of the bus things of the floor travel. A subject names site and driver instance (source)."""

import re
from typing import Final

from hanmaru.kernel.errors import Invalid

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

READINGS: Final = "floor.*.readings.>"
EVENTS: Final = "floor.*.events.>"
COMMANDS: Final = "floor.*.commands.>"
OUTCOMES: Final = "floor.*.outcomes.>"
STATES: Final = "floor.*.states.>"


class BadName(Invalid):
    """A site or source whose name cannot stand in a subject."""

    code = "floor.bad_name"
    message = "%(name)s: a name is 1 to 64 small letters, digits and -, beginning with a letter or digit"


def readings(site: str, source: str) -> str:
    """Batches of readings (Arrow IPC, floor.reading)."""
    return _subject(site, "readings", source)


def events(site: str, source: str) -> str:
    """Things that happened: connected, lost, restarted, thinned, a clock an hour off."""
    return _subject(site, "events", source)


def commands(site: str, source: str) -> str:
    """Commands (JSON, floor.command.Command) to a source."""
    return _subject(site, "commands", source)


def outcomes(site: str, source: str) -> str:
    """What came of commands (JSON, floor.command.Outcome)."""
    return _subject(site, "outcomes", source)


def states(site: str, source: str) -> str:
    """How a driver instance fares, every few seconds; only the newest counts."""
    return _subject(site, "states", source)


def ask(site: str, whom: str) -> str:
    """Questions to `gateway` or `historian` of a site, answered at once."""
    return _subject(site, "ask", whom)


def _subject(site: str, what: str, source: str) -> str:
    for name in (site, source):
        if not NAME.fullmatch(name):
            raise BadName(name=name[:80])
    return f"floor.{site}.{what}.{source}"
