"""What the documents point to is there."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.pages import ROOT, pages, prose, text_of, tracked

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PAIRS = [("README.md", "README.ko.md"), ("docs/tutorial.md", "docs/tutorial.ko.md")]


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", prose(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[\s]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower()) for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(prose(page.read_text(encoding="utf-8"))):
        path, _, anchor = unquote(target).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


def shape(text: str) -> list[str]:
    """What kind of line follows what: headings, code, points, tables, pictures, steps."""
    return re.findall(r"^(#+ |```\w+|- \*\*|\| |!\[|\d+\. )", text, re.MULTILINE)


@pytest.mark.parametrize(("english", "korean"), PAIRS)
def test_both_languages_say_the_same_things_in_the_same_order(english: str, korean: str) -> None:
    assert shape(text_of(english)) == shape(text_of(korean))
    codes = [
        re.findall(r"`[^`\n]*`|^(?:make|\.venv)\S* .*$", text_of(name), re.MULTILINE) for name in (english, korean)
    ]
    ascii_codes = [[code.partition("#")[0].strip() for code in found if code.isascii()] for found in codes]
    assert set(ascii_codes[1]) <= set(ascii_codes[0])


def test_no_registry_and_no_place_of_one_machine_is_named() -> None:
    hosts = ["registry." + "npmjs", "py" + "pi.org", "python" + "hosted", "arti" + "factory"]
    folders = ["/" + name + "/" for name in ("work", "home", "Users")]
    found = []
    for name in tracked():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}: {word}" for word in hosts if word in text]
        found += [f"{name}: {one}" for one in folders if re.search(rf"(?<![\w.~:)}}>-]){one}\w", text)]
    assert found == []
