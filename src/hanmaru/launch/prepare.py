"""Brings central up to the code: tables, files for the browser. `python -m hanmaru.launch.prepare [demo]`.

A process of its own, run at every start before anything answers; where nothing changed it takes about a second, most of
it for importing Django. With `demo` it also makes the workshop's data and prints who may log in.
"""

import sys
from hashlib import sha256
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor


def prepare(*, demo: bool) -> None:
    """Do what is missing, and say so."""
    django.setup()
    _migrate()
    _collect_static()
    if demo:
        call_command("seed_demo")


def _migrate() -> None:
    executor = MigrationExecutor(connections["owner"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Preparing the tables ...", flush=True)  # noqa: T201 - for the person who waits
        call_command("migrate", database="owner", interactive=False, verbosity=0)
    connections["owner"].close()


def _collect_static() -> None:
    """Copy what browsers fetch, under names that carry a digest of the content, unless it is there already."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    digest = _static_digest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return
    print("Preparing the files for the browser ...", flush=True)  # noqa: T201 - for the person who waits
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest, encoding="ascii")


def _static_digest() -> str:
    digest = sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    prepare(demo=sys.argv[1:] == ["demo"])
