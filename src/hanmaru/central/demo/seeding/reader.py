"""What the simulated tag reader needs: a token, and tags on goods that are expected."""

import os
from pathlib import Path

from django.conf import settings

from hanmaru.central.catalog.services import new_tags
from hanmaru.central.companies import services as companies
from hanmaru.central.warehouse import queries as work

_NAME = "입고장 리더기"


def how_to_start(folder: Path) -> list[str]:
    """The lines that tell it; token and tags are made when their files are not there."""
    folder.mkdir(parents=True, exist_ok=True)
    token, tags = folder / "reader-token", folder / "tags.txt"
    if not tags.exists():
        _keep(tags, "\n".join(_tags()))
    if not token.exists():
        _keep(token, companies.issue_token(_NAME, ["reader"]))
    options = {
        "--simulate": "4",
        "--server": settings.PUBLIC_URL,
        "--outbox": _shown(folder / "outbox"),
        "--epc-file": _shown(tags),
        "--token": token.read_text(encoding="ascii"),
    }
    command = " ".join(["hanmaru reader", *(f"{name} {value}" for name, value in options.items())])
    return ["", "A tag reader at the dock is played by, in another terminal:", f"  {command}"]


def _tags() -> list[str]:
    """A tag for each piece that is announced and not tracked by lot or number."""
    return [
        tag
        for delivery in work.deliveries(open_only=True)
        for line in work.delivery_lines(delivery.id)
        if line.left and line.variant.tracking == "none"
        for tag in new_tags(line.variant.id, line.left)
    ]


def _keep(file: Path, text: str) -> None:
    """Write a file for us alone, whole or not at all."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    unfinished.rename(file)


def _shown(path: Path) -> str:
    """The path as a person in the present folder types it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
