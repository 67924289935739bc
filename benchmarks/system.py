"""A whole system of its own for a benchmark: PostgreSQL, NATS and web processes on a fresh folder, gone afterwards."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from hanmaru.launch import child, database
from hanmaru.launch.postgres import EmbeddedPostgres
from hanmaru.launch.secrets import Secrets


@contextmanager
def postgres() -> Iterator[database.Addresses]:
    """A migrated database in a server of its own, with the settings that ``hanmaru up`` uses (fsync on)."""
    folder = Path(tempfile.mkdtemp(prefix="hanmaru-bench-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "postgres", Secrets(folder / "secrets.json"), folder / "postgres.log")
    program = server.program()
    process = child.start(program)
    try:
        addresses = database.prepare(server)
        os.environ.update(
            addresses.environment(),
            DJANGO_SETTINGS_MODULE="hanmaru.central.settings",
            HANMARU_DATA_DIR=str(folder / "data"),
            HANMARU_SECRET_KEY="for-this-benchmark-only",
            HANMARU_BUS_URL="memory:",
            HANMARU_LOG_LEVEL="WARNING",
        )
        _django()
        yield addresses
    finally:
        child.end(process, program)
        shutil.rmtree(folder, ignore_errors=True)


def _django() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", database="owner", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def settle() -> None:
    """What PostgreSQL does by itself within a minute of a first filling: look at what lies in the tables."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def backend() -> int:
    """The process of PostgreSQL that serves this process's connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def processor_seconds(process: int) -> float:
    """What a process has used of the processor, in user and system mode (Linux, ``proc_pid_stat(5)``)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spent() -> float:
    """Processor seconds of all that this process has started, down to the last descendant, those that ended included.

    What a benchmark costs beside how long it took: other work on the machine lengthens the time, hardly this.
    """
    parents, seconds = {}, {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        parents[int(folder.name)] = int(fields[1])
        seconds[int(folder.name)] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    ours = {os.getpid()}
    while more := {process for process, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(seconds[process] for process in ours - {os.getpid()})


@contextmanager
def web(processes: int = 2) -> Iterator[int]:
    """Web processes as ``hanmaru up`` runs them; the port they listen on."""
    listener = socket.socket()
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted connections inherit it
    listener.bind(("127.0.0.1", 0))
    listener.listen(1024)
    port: int = listener.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "hanmaru.central.asgi:application", "--fd", str(listener.fileno())]
    command += ["--log-level", "warning", "--no-access-log"]
    running = [subprocess.Popen(command, pass_fds=[listener.fileno()]) for _ in range(processes)]
    try:
        _await_answer(port, processes)
        yield port
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=20)
        listener.close()


def _await_answer(port: int, processes: int) -> None:
    deadline = time.monotonic() + 60
    answered = 0
    while answered < processes * 4:
        try:
            with urlopen(f"http://127.0.0.1:{port}/api/v1/openapi.json", timeout=5):
                answered += 1
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
