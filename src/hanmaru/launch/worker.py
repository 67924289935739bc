"""The process that does background jobs: Procrastinate, in the same database. `python -m hanmaru.launch.worker`."""

import os

import django
from django.core.management import call_command

from hanmaru.bus.connect import connect
from hanmaru.launch import logs
from hanmaru.launch.settings import Settings, load


def work(settings: Settings) -> None:
    """Do jobs until SIGTERM, which lets the one under way end."""
    django.setup()
    logs.configure("worker", settings.node.log_level)
    _tell_pages()
    call_command("procrastinate", "worker")


def _tell_pages() -> None:
    """Let open pages hear what jobs change, as they hear what other pages change."""
    from hanmaru.central.web.live import speak  # noqa: PLC0415 -- Django is set up by now

    speak(connect(os.environ.get("HANMARU_BUS_URL") or "memory:"))


if __name__ == "__main__":
    work(load(None, os.environ))
