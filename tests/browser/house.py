"""The whole system with the demo's data, for tests that walk real pages, and pictures of them for the documentation."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.running import Running

COLD_START_SECONDS = 600
PICTURES = Path(__file__).parents[2] / "docs" / "images"
PICTURES_ASKED = "HANMARU_PICTURES"
ADDRESS_GIVEN = "HANMARU_TEST_ADDRESS"
LARGEST = 200_000  # bytes of a picture
SMALL = 600  # px


@contextmanager
def demo_house(folder: Path) -> Iterator[str]:
    """`hanmaru demo` on a scratch folder, and its address; or a demo that runs already, if the environment names it."""
    given = os.environ.get(ADDRESS_GIVEN)
    if given:
        yield given
        return
    running = Running(folder / "data", "--port", "18850", command="demo")
    try:
        yield running.ready(COLD_START_SECONDS).url
    finally:
        running.stop()


def log_in(page: Page, email: str) -> None:
    """Log a person of the demo in; they land on Today."""
    from hanmaru.central.demo.seeding.people import PASSWORD  # Django is loaded by now, not before

    page.goto("/login/")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(re.compile(r"/today/"))


def pictures_asked() -> bool:
    """Say whether the environment asks for pictures."""
    return os.environ.get(PICTURES_ASKED) == "1"


def keep_picture(page: Page, name: str, language: str) -> None:
    """Write what the page shows to docs/images, when the environment asks for it."""
    if not pictures_asked():
        return
    page.evaluate("document.fonts.ready")
    shown = Image.open(BytesIO(page.screenshot())).convert("RGB")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for quality in (84, 70, 50):
        out = BytesIO()
        shown.save(out, "WEBP", quality=quality, method=6)
        if out.tell() < LARGEST:
            break
    size = "phone" if shown.width < SMALL else "desktop"
    (PICTURES / f"{name}-{language}-{size}.webp").write_bytes(out.getvalue())
