"""Lists that are kept by hand: words, dependencies, licences, decisions."""

import importlib
import re
import tomllib

from tests.docs.pages import ROOT, text_of


def rows(text: str) -> list[list[str]]:
    """The cells of every row of every table, headings left out."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] not in {"word", "package"}]


def dependencies() -> set[str]:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    return {re.match(r"[\w-]+", one)[0] for one in project["dependencies"]}


def test_every_word_has_both_languages_and_a_thing_that_exists() -> None:
    words = rows(text_of("GLOSSARY.md"))
    assert len(words) > 40
    for word, korean, meaning, korean_meaning, thing in words:
        assert all((word, korean, meaning, korean_meaning)), word
        assert re.search(r"[가-힣]", korean_meaning), word
        path = thing.strip("`")
        try:
            importlib.import_module(path)
        except ModuleNotFoundError:
            module, _, name = path.rpartition(".")
            assert hasattr(importlib.import_module(module), name), path


def test_the_table_of_dependencies_is_that_of_the_project() -> None:
    assert {row[0] for row in rows(text_of("docs/decisions/0013-dependencies.md"))} == dependencies()


def test_the_notice_names_every_package_of_the_running_system() -> None:
    locked = set(re.findall(r"^([a-z0-9-]+)==", text_of("requirements/run.txt"), re.MULTILINE))
    named = set(re.findall(r"[a-z0-9-]+", text_of("NOTICE").lower()))
    families = {"psycopg-binary": "psycopg", "psycopg-pool": "psycopg"}
    assert {name for name in locked if families.get(name, name) not in named} == set()


def test_decisions_have_numbers_of_their_own() -> None:
    numbers = []
    for path in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        title = path.read_text(encoding="utf-8").splitlines()[0]
        numbers.append(int(path.name[:4]))
        assert title.startswith(f"# {numbers[-1]}. "), path.name
    assert len(numbers) == len(set(numbers))
