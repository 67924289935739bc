"""Every driver's score card answers every rule, and what it names exists."""

from pathlib import Path

import pytest

from hanmaru.gateway.drivers import FOLDER, BadAddress, NoSuchDriver, card, from_url, load, make, names
from hanmaru.gateway.scorecard import RULES, BadScorecard, read_card
from hanmaru.kernel.errors import HanmaruError

ROOT = Path(__file__).parents[3]


def test_every_folder_of_a_driver_is_found() -> None:
    folders = {path.name for path in FOLDER.iterdir() if (path / "__init__.py").exists()}
    assert folders == set(names())
    assert "files" in names()


@pytest.mark.parametrize("name", names())
def test_a_card_answers_every_rule_and_its_proofs_exist(name: str) -> None:
    scored = card(name)
    assert scored.protocol == name == load(name).protocol
    assert scored.rules.keys() == RULES.keys()
    for rule, answer in scored.rules.items():
        if answer.state == "done" and answer.words:
            assert (ROOT / answer.words.partition("::")[0]).exists(), (name, rule)


def test_no_two_drivers_take_the_same_scheme() -> None:
    schemes = [scheme for name in names() for scheme in card(name).schemes]
    assert len(schemes) == len(set(schemes))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('connect = "finished"', "connect: say"),
        ('guide = "done"', "guide: say"),
        ('surprise = "done"', "no rule surprise"),
        ("", "answer the rule"),
        ('write = { exempt = "" }', "write: say"),
        ("rules = ", "Invalid"),
    ],
)
def test_a_card_that_does_not_answer_is_refused(tmp_path: Path, line: str, why: str) -> None:
    whole = (FOLDER / "files" / "scorecard.toml").read_text(encoding="utf-8")
    name = line.partition(" = ")[0]
    kept = [one for one in whole.splitlines() if not one.startswith((f"{name or 'guide'} =", "guide ="))]
    guide = [] if name in {"guide", ""} else ['guide = { todo = "x" }']
    (tmp_path / "scorecard.toml").write_text("\n".join([*kept, *guide, line]), encoding="utf-8")
    with pytest.raises(BadScorecard, match=why):
        read_card(tmp_path / "scorecard.toml")


def test_an_address_chooses_the_driver() -> None:
    name, config = from_url("file:///data/shift/")
    assert (name, config["mode"], config["path"]) == ("files", "drop", "/data/shift/")
    make(name, config)


def test_an_address_of_no_driver_names_those_there_are() -> None:
    with pytest.raises(NoSuchDriver, match="file://"):
        from_url("gopher://somewhere")
    with pytest.raises(HanmaruError):
        from_url("file:")
    with pytest.raises(NoSuchDriver, match="files"):
        load("../reader")


def test_a_bad_address_is_no_traceback() -> None:
    with pytest.raises((BadAddress, HanmaruError)):
        from_url("file://[half/path")
