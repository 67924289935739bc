"""What the documents tell people to type, press and set is there."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import polib
import pytest

from hanmaru.launch.settings import Settings
from tests.docs.pages import ROOT, blocks, pages, prose, text_of

BESIDE_SETTINGS = {
    "HANMARU_CONFIG",
    "HANMARU_NODE_MODULES",
    "HANMARU_READER_SERVER",
    "HANMARU_READER_TOKEN",
}


def commands() -> dict[str, set[str]]:
    """Path of each command -> its options, as the reference page tells."""
    found: dict[str, set[str]] = {}
    for section in text_of("docs/reference/commands.md").split("\n## hanmaru ")[1:]:
        found[section.partition("\n")[0]] = set(re.findall(r"--[a-z][a-z-]*", section))
    return found


def lines(languages: tuple[str, ...] = ("sh", "")) -> list[tuple[Path, str]]:
    return [
        (page, line.split(" #")[0].strip())
        for page in pages()
        for block in blocks(page.read_text(encoding="utf-8"), *languages)
        for line in block.splitlines()
    ]


def test_every_hanmaru_command_in_a_block_exists_with_its_options() -> None:
    known, wrong, seen = commands(), [], 0
    for page, line in lines():
        found = re.search(r"(?:^|bin/)hanmaru ((?:[a-z][a-z-]* ?)+)(.*)$", line)
        if not found:
            continue
        seen += 1
        words = found[1].split()
        name = next((" ".join(words[:n]) for n in (3, 2, 1) if " ".join(words[:n]) in known), None)
        options = set(re.findall(r"(?<!\S)--[a-z][a-z-]*", found[2])) - {"--help"}
        if name is None or options - known[name]:
            wrong.append(f"{page.name}: {line}")
    assert wrong == []
    assert seen > 10, "the test must see commands, or it sees nothing"


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    asked = {
        word
        for page, line in lines()
        for found in re.findall(r"(?:^|-u hanmaru )make((?: [a-z-]+)+)", line)
        for word in found.split()
    }
    asked |= {
        word
        for page in pages()
        for found in re.findall(r"`make((?: [a-z-]+)+)`", page.read_text(encoding="utf-8"))
        for word in found.split()
    }
    assert asked - targets == set()
    assert {"demo", "check", "test"} <= asked


def test_every_variable_named_exists() -> None:
    known = {one.variable for one in Settings().told()} | BESIDE_SETTINGS
    named = {
        (page.name, word)
        for page in pages()
        for word in re.findall(r"\bHANMARU_[A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8"))
    }
    assert {pair for pair in named if pair[1] not in known} == set()


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_python_and_toml_in_blocks_can_be_read(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for block in blocks(text, "python"):
        ast.parse(block)
    for block in blocks(text, "toml"):
        tomllib.loads(block)


def catalogues() -> list[polib.POEntry]:
    found = ROOT.glob("src/hanmaru/central/*/locale/ko/LC_MESSAGES/django.po")
    return [entry for path in found for entry in polib.pofile(str(path))]


def italics(name: str) -> set[str]:
    return {" ".join(word.split()) for word in re.findall(r"(?<!\*)\*([^*]+?)\*(?!\*)", prose(text_of(name)))}


def test_words_in_italics_stand_on_the_pages() -> None:
    entries = catalogues()
    english, korean = {entry.msgid for entry in entries}, {entry.msgstr for entry in entries}
    tutorial, first_hour = italics("docs/tutorial.md"), italics("docs/tutorial.ko.md")
    tasks = {word for path in (ROOT / "docs/how-to").glob("*.md") for word in italics(str(path.relative_to(ROOT)))}
    assert len(tutorial) > 30
    assert len(first_hour) > 30
    assert (tutorial | tasks | italics("README.md")) - english - {"italics"} == set()
    assert (first_hour | italics("README.ko.md")) - korean - {"기울인 글씨"} == set()


def test_reference_pages_are_what_the_code_says() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "hanmaru.central.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tools.docs", "check"],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
