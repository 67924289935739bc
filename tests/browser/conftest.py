"""A browser, and a server of the pages that need no database: the gallery, the scan screen, the errors."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.house import demo_house

PATIENCE = 60_000  # milliseconds; a loaded machine is slow, not wrong
expect.set_options(timeout=PATIENCE)
PHONE, TABLET, DESKTOP = (390, 844), (820, 1180), (1440, 900)


@pytest.fixture(scope="session")
def chromium_program() -> str:
    """Where the system's Chromium is; the test is skipped with a sentence where there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine: install the package `chromium` to run the browser tests")
    return program


@pytest.fixture(scope="module")
def chromium(chromium_program: str) -> Iterator[Browser]:
    """A running Chromium. Not for the whole session: its event loop would stand in the way of other tests' own."""
    with sync_playwright() as playwright:
        # Runs as root in containers, where Chromium's own sandbox cannot start.
        browser = playwright.chromium.launch(executable_path=chromium_program, args=["--no-sandbox"])
        yield browser
        browser.close()


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:  # the test says what went wrong
        pass


@pytest.fixture(scope="module")
def shell_address() -> Iterator[str]:
    """Serve the pages with DEBUG, so that the gallery asks for no log-in and no query is made."""
    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application
    from django.test import override_settings

    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    without_database = [
        name for name in settings.MIDDLEWARE if "ActingMiddleware" not in name and "WhiteNoise" not in name
    ]
    with override_settings(DEBUG=True, STORAGES=plain, ALLOWED_HOSTS=["127.0.0.1"], MIDDLEWARE=without_database):
        application = StaticFilesHandler(get_wsgi_application())
        server = make_server("127.0.0.1", 0, application, server_class=_Threads, handler_class=_Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def house_address(tmp_path_factory: pytest.TempPathFactory, chromium_program: str) -> Iterator[str]:
    """The address of a whole system with the demo's data. Not for the whole session: it works on beside other tests."""
    with demo_house(tmp_path_factory.mktemp("house")) as address:
        yield address


@pytest.fixture
def new_page(chromium: Browser, shell_address: str) -> Iterator[Callable[..., Page]]:
    """Open a page of the given size in the given language; what its scripts throw fails the test."""
    opened: list[BrowserContext] = []
    thrown: list[str] = []

    def make(size: tuple[int, int] = DESKTOP, language: str = "ko", *, text: str = "normal") -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=shell_address, reduced_motion="reduce"
        )
        for name, value in (("django_language", language), ("text_size", text)):
            context.add_cookies([{"name": name, "value": value, "url": shell_address}])
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: thrown.append(str(error)))
        return page

    yield make
    for context in opened:
        for page in context.pages:
            page.unroute_all(behavior="ignoreErrors")
        context.close()
    assert not thrown


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The axe-core program of node_modules."""
    from hanmaru.central.web.frontend import NODE_MODULES

    path: Path = NODE_MODULES / "axe-core" / "axe.min.js"
    if not path.is_file():
        pytest.skip("axe-core is not installed: run `npm ci`")
    return path.read_text(encoding="utf-8")


@pytest.fixture
def violations(axe_source: str) -> Callable[[Page], list[str]]:
    """What axe finds wrong on a page: a line for each element, with the rule."""

    def find(page: Page) -> list[str]:
        if page.evaluate("window.axe === undefined"):
            page.evaluate(axe_source)
        found: list[dict[str, Any]] = page.evaluate("axe.run(document).then(r => r.violations)")
        return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]

    return find


@pytest.fixture
def open_page(chromium: Any, settings: Any, live_server: Any, company: Any, client_of: Callable[[Any], Any]) -> Any:
    """Open a page of the company as its owner."""
    settings.STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    contexts = []

    def opened(path: str, size: tuple[int, int], language: str) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=live_server.url, reduced_motion="reduce"
        )
        contexts.append(context)
        session = client_of(company).cookies["sessionid"].value
        for name, value in (("sessionid", session), ("django_language", language)):
            context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        page: Page = context.new_page()
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
