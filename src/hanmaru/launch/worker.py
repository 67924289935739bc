"""The process that does background jobs: Procrastinate, in the same database. `python -m hanmaru.launch.worker`.

Searches for plans take a processor for minutes or hours; they have a process of their own, `hanmaru.launch.searcher`,
so that nothing else waits for them and none of it falls with them.
"""

import os

import django
from django.core.management import call_command

from hanmaru.launch import logs
from hanmaru.launch.settings import Settings, load
from hanmaru.launch.telling import telling_pages

SEARCHES = "slotting"


def work(settings: Settings) -> None:
    """Do all jobs but searches until SIGTERM, which lets the one under way end."""
    django.setup()
    logs.configure("worker", settings.node.log_level)
    from procrastinate.contrib.django import app  # noqa: PLC0415 - Django must be set up first

    queues = sorted({task.queue for task in app.tasks.values()} - {SEARCHES})
    with telling_pages(os.environ):
        call_command("procrastinate", "worker", queues=queues)


def search(settings: Settings) -> None:
    """Search for plans, one after the other, until SIGTERM, which ends the search under way with the best it has."""
    django.setup()
    logs.configure("searcher", settings.node.log_level)
    with telling_pages(os.environ):
        call_command("procrastinate", "worker", queues=[SEARCHES], shutdown_graceful_timeout=0.5)


if __name__ == "__main__":
    work(load(None, os.environ))
