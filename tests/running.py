"""A whole system of a test's own: `hanmaru up` on a folder, as a person starts it, with real fsync."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psycopg

from hanmaru.launch.child import await_condition

ANSWERS_WITHIN = 240  # seconds; a start takes five, on a machine that does nothing else


class Running:
    """A `hanmaru up` that was started, and what it says."""

    def __init__(self, folder: Path, *options: str, processes: int = 1, command: str = "up") -> None:
        self.folder = folder
        self.said = folder.parent / f"said-{len(list(folder.parent.glob('said-*')))}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HANMARU_", "DJANGO_"))}
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hanmaru.launch.cli", command, "--processes", str(processes), *options],
                env={**kept, "HANMARU_DATA_DIR": str(folder), "COLUMNS": "200"},
                stdout=output,
                stderr=output,
            )

    @property
    def words(self) -> str:
        return self.said.read_text(encoding="utf-8")

    @property
    def url(self) -> str:
        found = re.search(r"Hanmaru runs:\s+(http://\S+)", self.words)
        assert found, self.words
        return found[1]

    def ready(self, within: float = ANSWERS_WITHIN) -> "Running":
        """Wait until it runs; what does not come to run is stopped: it would go on beside other tests."""
        try:
            assert await_condition(lambda: "Hanmaru runs" in self.words or self.process.poll() is not None, within)
            assert self.process.poll() is None, self.words
        except AssertionError:
            self.stop()
            raise
        return self

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(self.url, timeout=30).close()  # noqa: S310 - our own address
        except urllib.error.HTTPError as error:
            return error.code < 500
        except OSError:
            return False
        return True

    def children(self) -> dict[int, str]:
        """Answer the processes that work for us, by their command line."""
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                command = (path / "cmdline").read_text().replace("\0", " ").strip()
                environment = (path / "environ").read_text(errors="replace")
            except OSError:
                continue
            ours = str(self.folder) in command or f"HANMARU_DATA_DIR={self.folder}\0" in environment
            if command and ours and int(path.name) != self.process.pid:
                found[int(path.name)] = command
        return found

    def command(self, *arguments: str, status: int | None = 0) -> str:
        """Run another command on the same folder; answer what it printed. With a status it must end so."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HANMARU_", "DJANGO_"))}
        done = subprocess.run(
            [sys.executable, "-m", "hanmaru.launch.cli", *arguments],
            env={**kept, "HANMARU_DATA_DIR": str(self.folder), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert status in {None, done.returncode}, done.stdout + done.stderr
        return done.stdout

    def child(self, part: str) -> int:
        return next(pid for pid, command in sorted(self.children().items()) if part in command)

    def services(self) -> dict[str, str]:
        """Answer the environment in which the running processes work."""
        environment: dict[str, str] = json.loads((self.folder / "run" / "services.json").read_text())
        return environment

    def database(self) -> psycopg.Connection:
        """Connect as the owner of the tables, who sees the rows of every company."""
        return psycopg.connect(self.services()["HANMARU_DATABASE_OWNER_URL"])

    def ask(self, question: str) -> object:
        with self.database() as connection:
            row = connection.execute(question).fetchone()
        assert row
        return row[0]

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(by)
        return self.process.wait(120)
