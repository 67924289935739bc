"""From the event loop to Django: what is far too large is refused with a sentence, without being kept."""

import asyncio
import json
import tracemalloc
from typing import Any

import pytest

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = b"x" * (1024 * 1024)
HEAD = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="all.xlsx"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n"
)


@pytest.fixture
def pages() -> Any:
    from hanmaru.central.bridge import Pages

    made = Pages(threads=1)
    yield made
    made.pool.submit(_close_connections).result()
    made.pool.shutdown()


def _close_connections() -> None:
    from django.db import connections

    for connection in connections.all():
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def posted(pages: Any, path: str, headers: dict[str, str | None], megabytes: int) -> tuple[int, dict[str, str], str]:
    """Post a file of so many megabytes, piece by piece; status, headers and text of the answer."""

    async def whole() -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []
        pieces = iter([HEAD, *[MEGABYTE] * megabytes, b"\r\n--b--\r\n"])
        left = megabytes + 2

        async def receive() -> dict[str, Any]:
            nonlocal left
            left -= 1
            return {"type": "http.request", "body": next(pieces), "more_body": left > 0}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "query_string": b"",
            "client": ("127.0.0.1", 1),
            "server": ("testserver", 80),
            "headers": [
                (name.lower().encode(), value.encode())
                for name, value in (
                    {
                        "Host": "testserver",
                        "Content-Type": "multipart/form-data; boundary=b",
                        "Content-Length": str(len(HEAD) + megabytes * len(MEGABYTE) + 9),
                        **headers,
                    }
                ).items()
                if value is not None
            ],
        }
        await pages(scope, receive, send)
        return sent

    start, *bodies = asyncio.run(whole())
    told = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], told, b"".join(message["body"] for message in bodies).decode()


@pytest.mark.parametrize("path", ["/products/import/", "/products/1/photos/", "/orders/import/"])
def test_a_file_of_300_megabytes_is_refused_with_a_page_and_not_kept(
    path: str, pages: Any, company: Any, client_of: Any
) -> None:
    cookie = f"sessionid={client_of(company).cookies['sessionid'].value}; django_language=en"
    posted(pages, "/login/", {}, 0)  # loads the pages, which costs memory once
    tracemalloc.start()
    try:
        status, headers, page = posted(pages, path, {"Cookie": cookie}, 300)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert status == 413
    assert headers["content-type"].startswith("text/html")
    assert "This file is too big" in page
    assert "A photo may have up to 20 MB" in page
    assert most < 40 * 1024 * 1024


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two megabytes instead of what a test would have to write to the disk."""
    monkeypatch.setattr("hanmaru.central.bridge.MOST_BODY", 2 * len(MEGABYTE))


@pytest.mark.usefixtures("small_limit")
@pytest.mark.parametrize("length", [{}, {"Content-Length": None}], ids=["told", "not told"])
def test_the_api_says_it_as_a_problem(pages: Any, company: Any, length: dict[str, str | None]) -> None:
    status, headers, text = posted(pages, "/api/v1/products/1/photos", length, 3)
    assert status == 413
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(text)["code"] == "api.too_large"


@pytest.mark.usefixtures("small_limit")
def test_what_is_below_the_limit_is_passed_on(pages: Any, company: Any) -> None:
    status, _headers, _page = posted(pages, "/products/import/", {}, 1)
    assert status in {302, 403}, "a stranger is asked to log in, whatever the size"
