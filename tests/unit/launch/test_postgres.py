"""The embedded PostgreSQL on real folders."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from hanmaru.launch import child
from hanmaru.launch.postgres import SUPERUSER, EmbeddedPostgres
from hanmaru.launch.secrets import Secrets

SERVE_AND_BE_KILLED = """
import os, sys
from pathlib import Path
from tests.unit.launch.test_postgres import server_in
from hanmaru.launch import child
server = server_in(Path(sys.argv[1]))
process = child.start(server.program())
print(process.pid, flush=True)
os.kill(os.getpid(), 9)
"""


def server_in(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(
        folder / "postgres", Secrets(folder / "secrets.json"), folder / "postgres.log", {"fsync": "off"}
    )


def gone(pid: int) -> bool:
    """Say whether the process ended; one that nobody waited for counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split(")")[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def server(tmp_path: Path) -> EmbeddedPostgres:
    return server_in(tmp_path)


def test_it_starts_where_others_may_not_enter_and_stops_cleanly(server: EmbeddedPostgres, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    program = server.program()
    process = child.start(program)
    with psycopg.connect(server.url(SUPERUSER, "postgres")) as connection:
        version = connection.info.server_version
        settings = dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
    assert version >= 180000
    assert settings["synchronous_commit"] == "on"
    assert settings["max_connections"] == "200"
    assert child.end(process, program) == 0
    assert server.running() is None


def test_a_wrong_password_is_refused(server: EmbeddedPostgres) -> None:
    program = server.program()
    process = child.start(program)
    try:
        url = server.url(SUPERUSER, "postgres").replace(server.password(SUPERUSER), "guessed")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url)
    finally:
        child.end(process, program)


def test_passwords_are_kept_for_us_alone_and_stay_the_same(server: EmbeddedPostgres, tmp_path: Path) -> None:
    first = server.password("someone")
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert server_in(tmp_path).password("someone") == first
    assert server.password("another") != first


def test_data_survive_the_death_of_server_and_parent(tmp_path: Path) -> None:
    server = server_in(tmp_path)
    program = server.program()
    process = child.start(program)
    with psycopg.connect(server.url(SUPERUSER, "postgres")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (server.data / "postmaster.pid").exists()

    again = child.start(server.program())
    with psycopg.connect(server.url(SUPERUSER, "postgres")) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    child.end(again, program)


def test_no_server_outlives_a_killed_parent_and_the_next_start_waits_for_it(tmp_path: Path) -> None:
    parent = subprocess.run(
        [sys.executable, "-c", SERVE_AND_BE_KILLED, str(tmp_path)], check=False, capture_output=True, text=True
    )
    assert parent.returncode == -signal.SIGKILL
    orphan = int(parent.stdout)

    server = server_in(tmp_path)
    program = server.program()
    assert gone(orphan)
    process = child.start(program)
    assert child.end(process, program) == 0


def test_a_stale_process_number_that_now_is_ours_does_not_stop_the_start(server: EmbeddedPostgres) -> None:
    program = server.program()
    child.end(child.start(program), program)
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n0\n5432\n\n\n\nready\n")
    process = child.start(server.program())
    assert child.end(process, program) == 0


def test_a_server_that_can_not_start_says_why(server: EmbeddedPostgres) -> None:
    server.options["shared_buffers"] = "much"
    with pytest.raises(child.DidNotStart, match="shared_buffers"):
        child.start(server.program())
