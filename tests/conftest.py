"""Fixtures for all tests. What costs time (PostgreSQL, NATS) is started only when a test asks for it."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from psycopg.conninfo import conninfo_to_dict

from hanmaru.launch import child, nats
from hanmaru.launch.database import Addresses
from hanmaru.launch.secrets import Secrets
from tests.servers import FOLDER, TestServer

pytest_plugins = ["tests.central_fixtures"]

# An example may take as long as it does: how busy the machine is says nothing of the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# Django reads these when it is loaded, before any fixture runs; the databases are pointed at the server later.
_NO_SERVER_YET = "postgresql://nobody:none@127.0.0.1:1/none"
os.environ.update(
    DJANGO_SETTINGS_MODULE="hanmaru.central.settings",
    HANMARU_DATABASE_URL=_NO_SERVER_YET,
    HANMARU_DATABASE_OWNER_URL=_NO_SERVER_YET,
    HANMARU_BUS_URL="memory:",
    HANMARU_SECRET_KEY="for-tests-only",
    HANMARU_DATA_DIR=str(FOLDER / "data" / os.environ.get("PYTEST_XDIST_WORKER", "alone")),
    HANMARU_PUBLIC_URL="http://testserver",
    HANMARU_TIME_ZONE="Asia/Seoul",
    HANMARU_DEBUG="0",
    HANMARU_ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
)


def pytest_configure() -> None:
    """Load Django here: pytest-django would have done so before this file could say how."""
    import django
    from django.conf import settings as of_django

    # Static files are served as they lie: names with a hash exist only after a release is put together.
    of_django.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    # Argon2 is slow on purpose; the test of the real setting asks for it by itself.
    of_django.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django.setup()


@pytest.fixture(autouse=True)
def _language_of_the_house() -> None:
    """Begin in the house's own language: whoever opened a page in English before has left it behind."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(scope="session")
def database(django_db_blocker: pytest.FixtureRequest) -> Iterator[Addresses]:
    """Give this process a migrated database of its own in the shared server."""

    def migrate(addresses: Addresses) -> None:
        from django.core.management import call_command

        _point_django_at(addresses)
        with django_db_blocker.unblock():
            call_command("migrate", database="owner", verbosity=0)
        _close_connections()

    with TestServer(migrate).share() as addresses:
        os.environ.update(addresses.environment())  # for programs that tests start
        yield addresses


@pytest.fixture(scope="session")
def django_db_setup(database: Addresses) -> Iterator[None]:
    """Replace pytest-django's own: `default` is the app role, as in production, and `owner` may do more."""
    _point_django_at(database)
    yield
    _close_connections()


def _point_django_at(addresses: Addresses) -> None:
    from django.db import connections

    for alias, url in {"default": addresses.app, "owner": addresses.owner}.items():
        parts = conninfo_to_dict(url)
        connections[alias].close()
        connections[alias].settings_dict.update(
            NAME=parts["dbname"],
            USER=parts["user"],
            PASSWORD=parts["password"],
            HOST=parts["host"],
            PORT=parts["port"],
        )


def _close_connections() -> None:
    from django.db import connections

    for connection in connections.all():
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


@pytest.fixture(scope="session")
def nats_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a NATS server of our own; answer its address."""
    folder = tmp_path_factory.mktemp("nats")
    server = nats.embedded_nats(folder, Secrets(folder / "secrets.json"))
    program = nats.program(server, folder / "nats.log")
    process = child.start(program)
    yield server.url
    child.end(process, program)
