"""Kills parts of a running system outright, one after the other, when a certain number of writes was acknowledged."""

import os
import random
import signal
import threading
from collections import Counter

import psycopg

from tests.running import Running

PARTS = {
    "web": "hanmaru.launch.web",
    "worker": "hanmaru.launch.worker",
    "postgres": "/bin/postgres",
    "nats": "nats-server",
}


class Killer:
    """Kills ``victims`` in turn; each when the count of acknowledged writes has passed its own random mark."""

    def __init__(self, running: Running, victims: list[str], writes: int, seed: int) -> None:
        choice = random.Random(seed)  # noqa: S311 - a seeded run
        marks = sorted(choice.sample(range(5, max(writes - 5, len(victims) + 5)), len(victims)))
        choice.shuffle(victims)
        self.running = running
        self.due = list(zip(marks, victims, strict=True))
        self.killed: Counter[str] = Counter()
        self.acknowledged = 0
        self._changed = threading.Condition()
        self._over = False

    def count(self) -> None:
        """One more write was acknowledged."""
        with self._changed:
            self.acknowledged += 1
            self._changed.notify_all()

    def finish(self) -> None:
        """The clients are done: nothing more is to be killed."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def run(self) -> None:
        """Kill until all victims are dead or the clients are done."""
        for mark, victim in self.due:
            with self._changed:
                self._changed.wait_for(lambda mark=mark: self._over or self.acknowledged >= mark)
                if self._over:
                    return
            if self._kill(victim):
                self.killed[victim] += 1

    def _kill(self, victim: str) -> bool:
        """Kill -9, wherever it is in its work; false when it is dead from the last time."""
        pid = self._backend() if victim == "backend" else self._of(PARTS[victim])
        if pid is None:
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def _of(self, part: str) -> int | None:
        pids = sorted(pid for pid, command in self.running.children().items() if part in command)
        return pids[0] if pids else None

    def _backend(self) -> int | None:
        """A process of the server that works for one of our connections: its death makes the server start over."""
        try:
            with psycopg.connect(self.running.services()["HANMARU_DATABASE_OWNER_URL"]) as connection:
                row = connection.execute(
                    "SELECT pid FROM pg_stat_activity WHERE usename = 'hanmaru_app'"
                    " ORDER BY state = 'active' DESC, state_change DESC LIMIT 1"
                ).fetchone()
        except psycopg.OperationalError:
            return None
        return int(row[0]) if row else None
