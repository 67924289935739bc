"""The documents of the repository, for the tests of what they say."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)


def tracked() -> list[str]:
    """Every file that git keeps, and new ones that it would."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def pages() -> list[Path]:
    """Every Markdown file."""
    return [ROOT / name for name in tracked() if name.endswith(".md")]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, *languages: str) -> Iterator[str]:
    """The code blocks of the languages."""
    for found in FENCE.finditer(text):
        if found[2] in languages:
            yield found[3]


def prose(text: str) -> str:
    """A page without its code blocks and code words."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))
