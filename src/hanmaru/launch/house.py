"""The data folder of a node: what lies where, who works in it, and where the running services are found."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hanmaru.kernel.errors import Refused, Unavailable
from hanmaru.launch.secrets import Secrets


class AlreadyRunning(Refused):
    """Another Hanmaru works in the same data folder."""

    code = "launch.already_running"
    message = (
        "Hanmaru already runs on %(folder)s (process %(pid)s). Stop it first, or name another folder: HANMARU_DATA_DIR"
    )


class DataFolderRefused(Unavailable):
    """The data folder cannot be made or written."""

    code = "launch.data_folder_refused"
    message = "The data folder %(folder)s cannot be written: %(why)s. Name another one: HANMARU_DATA_DIR"


class House:
    """One data folder, made when missing."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of the setting node.data_dir."""
        self.folder = folder.resolve()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.logs.mkdir(exist_ok=True)
            self.state.mkdir(exist_ok=True)
        except OSError as error:
            raise DataFolderRefused(folder=self.folder, why=error.strerror) from error

    @property
    def logs(self) -> Path:
        """Where each process has its log."""
        return self.folder / "log"

    @property
    def state(self) -> Path:
        """What holds only while something runs."""
        return self.folder / "run"

    @property
    def secrets(self) -> Secrets:
        """Generated passwords and keys."""
        return Secrets(self.folder / "secrets.json")

    @contextmanager
    def occupied(self) -> Iterator[None]:
        """Be the only one who runs services here, as long as inside. Raise AlreadyRunning.

        The kernel gives the lock back when we end, however we end; children do not inherit it.
        """
        with (self.state / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                lock.seek(0)
                raise AlreadyRunning(folder=self.folder, pid=lock.read().strip() or "unknown") from error
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            try:
                yield
            finally:
                self._addresses.unlink(missing_ok=True)

    def announce(self, environment: Mapping[str, str]) -> None:
        """Tell other commands how to reach the services that run now. For us alone: it holds passwords."""
        self._addresses.unlink(missing_ok=True)
        with os.fdopen(os.open(self._addresses, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(dict(environment), file, indent=1)

    def announced(self) -> dict[str, str] | None:
        """Answer the environment of the services that run now, None when none do."""
        if not self._is_occupied() or not self._addresses.exists():
            return None
        environment: dict[str, str] = json.loads(self._addresses.read_text())
        return environment

    @property
    def _addresses(self) -> Path:
        return self.state / "services.json"

    def _is_occupied(self) -> bool:
        path = self.state / "lock"
        if not path.exists():
            return False
        with path.open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False
