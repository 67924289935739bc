"""The process that does background jobs: Procrastinate, in the same database. `python -m hanmaru.launch.worker`."""

import os

import django
from django.core.management import call_command

from hanmaru.launch import logs
from hanmaru.launch.settings import Settings, load
from hanmaru.launch.telling import telling_pages


def work(settings: Settings) -> None:
    """Do jobs until SIGTERM, which lets the one under way end."""
    django.setup()
    logs.configure("worker", settings.node.log_level)
    with telling_pages(os.environ):
        call_command("procrastinate", "worker")


if __name__ == "__main__":
    work(load(None, os.environ))
